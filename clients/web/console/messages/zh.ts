import type {Words} from '@/ui/i18n';

export const zh: Words = {
  app: {title: '坐席台'},
  search: {
    label: '查找口径', hint: '输入问题、拼音或首字母，随时可直接键入', region: '来电区划', anyRegion: '不限区划',
    category: '类目（Alt+Y）', anyCategory: '全部类目', department: '部门（Alt+U）', anyDepartment: '全部部门',
  },
  list: {
    label: '条目列表', found: '检索结果', assist: '通话辅助推荐', favourites: '收藏', recent: '最近查看', hot: '热点问题',
    count: '{n} 条', above: '（上级规定）', changed: '刚刚更新', withdrawn: '已撤回',
    noneTitle: '没有找到合适的口径', none: '请不要自行答复。可以换一种说法再找，或一键登记知识缺口。',
    start: '键入市民的问题，结果随键入出现。',
  },
  start: {title: '等待来电', text: '直接键入即可检索；按 ↑↓ 和回车、或数字 1-9 打开条目；按 F1 查看全部快捷键。'},
  entry: {
    label: '条目', elsewhere: '本条属于 {place}，与来电区划不同，请先核对。', merged: '原条目已并入本条。', published: '{time} 发布',
    short: '一句话', favourite: '已收藏', read: '{day} 发布，读取于全库版本 {kb}',
  },
  kind: {
    0: '未分类', 1: '热点问答', 2: '办事指南', 3: '机构职能', 4: '办事结果查询', 5: '政策文件', 6: '政策解读', 7: '通知公告',
    8: '应急口径', 9: '法律条文', 10: '诉求案例',
  },
  policy: {0: '现行有效', 1: '现行有效', 2: '已失效', 3: '已废止', 4: '已被替代'},
  part: {
    question: '标准问', notes: '尺度提示（仅坐席）', facts: '数据', TEXT: '正文', SHORT: '一句话', CONCLUSION: '结论', CONDITIONS: '条件', MATERIALS: '材料',
    PROCEDURE: '流程', TIME_LIMIT: '时限', FEE: '收费', LOCATION: '地点', PHONE: '电话', BASIS: '依据', LINK: '查询入口', NOTE: '注意事项',
  },
  side: {
    label: '条目依据与本次通话', notes: '尺度提示', agentsOnly: '仅坐席，不外传', receipt: '答复凭证', receiptHint: '请四位一组读给市民。', receiptOld: '这是更新前口径的凭证；再次复制会给出新凭证。',
    noReceipt: '没有留下凭证。', facts: '数据', lapsed: '已过期', related: '相关条目', call: '本次通话的凭证', review: '{day} 前须复核',
  },
  turn: {
    RECALLED: '已召回。', RETIRED: '已下线。', EXPIRED: '已过有效期。', GONE: '已撤回。', withdrawn: '{time} 撤回，请立即停止按此答复，并向市民更正。',
    changed: '{time} 内容已更新，以下为最新口径。', short: '内容刚刚更新，请按新口径答复。', accept: '知道了', before: '与刚才的口径相比',
    script: '内容刚刚更新，以下已是新口径。',
  },
  changes: {
    since: '您上次查看（{day}，第 {revision} 版）之后有 {n} 处改动。', none: '正文没有不同。', noneSince: '上次查看之后没有改动。', new: '新增', gone: '删去',
  },
  history: {
    title: '历史口径', mark: '历史口径，不是现行规定。', matterMark: '适用于 {day} 发生的事项。', saidMark: '{day} 当天的口径。', today: '回到现行口径',
    day: '日期', which: '查看哪一种', matter: '当时适用的规定', matterHint: '市民的事发生在那一天，现在看应适用哪一版。',
    said: '当天的口径', saidHint: '那一天我们是怎样答复的。', show: '查看',
  },
  receipt: {
    title: '查答复凭证', code: '凭证号', hint: '12 位数字，可带空格', given: '{time} 给出，第 {revision} 版', verified: '原文已核验，与凭证一致',
    unverified: '原文未能核验', unseen: '您没有查看该渠道答复的权限。', open: '查看现行口径',
  },
  standing: {0: '状态不明', 1: '现在仍按此答复。', 2: '之后已更新，现行口径不同。', 3: '当时的答复是错的，已召回，请向市民更正。', 4: '现已不再答复（下线或过期）。'},
  channel: {0: '', 1: '坐席', 2: '网站', 3: '微信', 4: '微博', 5: '短信', 6: '语音导航', 7: '接口'},
  correction: {title: '纠错', fault: '哪里不对（按数字立即提交）', note: '补充说明（选填，写完按 Alt+数字提交）', hint: '例如：窗口已搬迁'},
  fault: {1: '内容有误', 2: '已失效', 3: '内容不全', 4: '表述不清', 5: '链接或电话不通', 6: '其他问题'},
  gap: {title: '登记知识缺口', question: '市民怎么问的', hint: '一句话写下问题', send: '登记'},
  personal: {
    hint: '请勿填写姓名、证件号、电话。提交后系统还会再次打码。', found: '看起来含有{kinds}，提交时会被打码，最好删去。', and: '、',
    id: '身份证号', card: '银行卡号', phone: '手机号', email: '邮箱', plate: '车牌号',
  },
  reading: {
    title: '必读变更（待确认 {n} 条）', empty: '没有需要阅读的变更。', list: '变更', must: '待确认', done: '已确认', may: '供参考', reason: '原因：{reason}',
    diff: '改动内容', confirm: '已阅读，确认', open: '打开条目',
  },
  change: {0: '变更', 1: '新发布', 2: '修订', 3: '下线', 4: '召回', 5: '数据更新', 6: '依据失效', 7: '并入他条'},
  pulse: {events: '重大舆情', rising: '正在上升', calm: '目前平稳。', total: '来电总量', rise: '{n} 次，平时 {usual}', due: '限 {time}'},
  step: {0: '', 1: '首次回应', 2: '权威发布', 3: '后续通报'},
  assist: {
    title: '通话辅助', conversation: '通话编号', follow: '跟随', off: '未连接', connecting: '连接中', live: '跟随中', offline: '中断，重连中', absent: '未开通',
    refused: '无权限', wrong: '编号有误', absentWhy: '本系统尚未接入语音转写，其他功能不受影响。', refusedWhy: '您的账号不能跟随通话，请联系管理员。',
    wrongWhy: '通话编号只含字母、数字、连字符和下划线，最多 64 位。', offlineWhy: '转写暂时中断，恢复后自动继续。',
    transcript: '通话转写', caller: '市民', agent: '坐席',
  },
  region: {title: '来电区划', label: '区划名称或代码', hint: '输入名称或代码', none: '没有这个区划。', home: '设为本席默认区划'},
  script: {label: '朗读稿', code: '答复凭证号：', keys: '空格或 ↓ 下一句，↑ 上一句；第 {n} 句，共 {all} 句'},
  command: {
    region: '来电区划', category: '选类目', department: '选部门', favourite: '收藏', copy: '复制口径', script: '朗读稿', nextBlock: '下一段', previousBlock: '上一段',
    guide: '办事指南', changes: '看改动', history: '历史口径', newCall: '新来电', assist: '通话辅助', receipt: '查凭证', correction: '纠错',
    gap: '报缺口', reading: '必读', help: '快捷键',
  },
  help: {
    title: '快捷键', everywhere: '随时可用', type: '开始检索', slash: '回到检索框', arrows: '选择并打开', digits: '打开第几条', escape: '退一步', help: '本页',
    letters: '按钮上的字母',
    keys: {type: '任意字', slash: '/', arrows: '↑ ↓ 回车', digits: '1-9', escape: 'Esc', help: '?  F1'},
    group: {find: '查找', answer: '答复', call: '通话', report: '反馈', page: '页面'},
  },
  say: {
    openFirst: '请先打开一个条目。', notCopied: '没能复制，请用鼠标选取。', copiedHistory: '已复制历史口径，未留凭证。',
    copiedNoReceipt: '已复制，但没有留下凭证。', copiedReceipt: '已复制，凭证 {code}', receiptOnly: '凭证 {code}；请再按一次以复制凭证号',
    noGuide: '没有找到配套的办事指南。', kept: '已收藏，变更会进入必读。', unkept: '已取消收藏。', newCall: '新来电，已重置。',
    notToday: '历史口径不能作为现行答复朗读。', corrected: '纠错已提交，回访编号 {code}', gapOpened: '已登记新的知识缺口。', gapJoined: '已并入同类缺口，热度加一。',
  },
  status: {idle: '就绪', gone: '连接不上服务。以下内容停留在 {time} 之前，可能不是最新；恢复后会自动继续，请勿刷新。'},
};
