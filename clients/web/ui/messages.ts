// Words that console and workbench share.
export const zh = {
  common: {
    loading: '正在读取…',
    empty: '这里还没有内容。',
    retry: '再试一次',
    offline: '连接不上服务，请检查网络。已显示的内容可能不是最新；恢复后会自动继续。',
    problem: '没有成功',
    save: '保存', cancel: '取消', close: '关闭', confirm: '确定', search: '查找', more: '更多', back: '返回',
    copy: '复制', copied: '已复制', yes: '是', no: '否', none: '无',
    language: '界面语言', theme: '配色', light: '浅色', dark: '深色', contrast: '高对比',
    skip: '跳到正文', signOut: '退出登录', account: '账号',
  },
  ui: {
    working: '正在提交…', notChosen: '请选择', shownAll: '共 {n} 条', shownMore: '已显示 {n} 条，还有更多',
    offlineWrite: '连接不上服务，无法确认是否已生效。请检查网络后再点一次：同一次操作不会重复生效。',
    unknownOutcome: '请再点一次确认：同一次操作不会重复生效。',
    seeTheirs: '查看对方的修改', othersIn: '对方的修改已并入，您改过的内容保留，请核对后再保存。', othersSaid: '对方在您改过的地方写的是：',
    left: '还剩 {span}', late: '超时 {span}', doneInTime: '按时完成', doneLate: '超时 {span} 完成',
    span: {minutes: '{n} 分钟', hours: '{n} 小时', days: '{n} 天'},
  },
  live: {connecting: '正在连接', live: '实时', stale: '不能确认是否最新', offline: '连接中断，正在重连'},
  signIn: {
    title: '登录', login: '登录名', password: '密码', submit: '登录', working: '正在登录…',
    missing: '请填写登录名和密码。',
    changeTitle: '请先设置新密码', changeHint: '首次登录或密码到期，需要更换后才能继续。新密码至少 10 个字符。', oldPassword: '原密码',
    newPassword: '新密码', repeat: '再输一次新密码', changeSubmit: '更换密码', differ: '两次输入的新密码不一样。',
  },
  answer: {
    revision: '第 {n} 版', validity: '有效期', from: '自 {day} 起', until: '至 {day}（含当日）', always: '现行有效，未设截止日期',
    owner: '负责部门', basis: '政策依据', region: '适用区划', sample: '示例内容，非现行政策', suspect: '依据可能已失效，核实中',
    held: '暂用答复', withdrawn: '已撤回，请不要再按原内容答复', inherited: '本区划暂无单独答复',
    superseded: '内容已更新',
  },
};

export const en = {
  common: {
    loading: 'Loading…',
    empty: 'Nothing here yet.',
    retry: 'Try again',
    offline: 'The service cannot be reached. What is shown may not be current; the page goes on by itself when it is back.',
    problem: 'That did not work',
    save: 'Save', cancel: 'Cancel', close: 'Close', confirm: 'OK', search: 'Search', more: 'More', back: 'Back',
    copy: 'Copy', copied: 'Copied', yes: 'Yes', no: 'No', none: 'None',
    language: 'Language', theme: 'Colours', light: 'Light', dark: 'Dark', contrast: 'High contrast',
    skip: 'Skip to content', signOut: 'Sign out', account: 'Account',
  },
  ui: {
    working: 'Working…', notChosen: 'Choose', shownAll: '{n} in all', shownMore: '{n} shown, there are more',
    offlineWrite: 'The service cannot be reached, so it is not known whether this took effect. Check the network and press again: the same act never takes effect twice.',
    unknownOutcome: 'Press again to make sure: the same act never takes effect twice.',
    seeTheirs: 'See the other change', othersIn: 'The other change has been put in; what you changed stays. Check it, then save.', othersSaid: 'Where you both changed it, the other person wrote: ',
    left: '{span} left', late: '{span} late', doneInTime: 'done in time', doneLate: 'done {span} late',
    span: {minutes: '{n} min', hours: '{n} h', days: '{n} d'},
  },
  live: {connecting: 'Connecting', live: 'Live', stale: 'May be out of date', offline: 'Connection lost, reconnecting'},
  signIn: {
    title: 'Sign in', login: 'Login', password: 'Password', submit: 'Sign in', working: 'Signing in…',
    missing: 'Enter login and password.',
    changeTitle: 'Choose a new password', changeHint: 'At the first sign-in, or when a password is too old, it must be changed. At least 10 characters.', oldPassword: 'Current password',
    newPassword: 'New password', repeat: 'New password again', changeSubmit: 'Change password', differ: 'The two new passwords differ.',
  },
  answer: {
    revision: 'Revision {n}', validity: 'Valid', from: 'from {day}', until: 'until {day} (inclusive)', always: 'in force, no end set',
    owner: 'Department', basis: 'Policy basis', region: 'Region', sample: 'Sample content, not a policy in force', suspect: 'Basis may no longer be in force',
    held: 'Holding answer', withdrawn: 'Withdrawn: do not use the old text', inherited: 'No answer of this region at present',
    superseded: 'Updated',
  },
};
