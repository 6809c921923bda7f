// Words of writing, reviewing, releasing.
export const zh = {authoring: {nav: {home: '待办'}}};

export const en = {authoring: {nav: {home: 'To do'}}};
