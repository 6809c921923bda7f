// Words of ledgers, sheets, the loop, the audit and the administration: everything below `desk`.
export const zh = {desk: {}};

export const en = {desk: {}};
