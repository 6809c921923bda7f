import type {Pairs} from './pairs';

export const quality: Pairs = {
  about: ['每晚按检查的口径自查一次：各部门的问题、时效和得分。', 'Every night the base is measured as an inspection would: faults, clocks and a score per department.'],
  measure: ['立即测一次', 'Measure now'], measureWhat: ['测量全库并留存为一份报告。大库需要几分钟。', 'The whole base is measured and kept as a report. A large base takes minutes.'],
  measured: ['已生成报告', 'Report made'], report: ['报告', 'Report'], nightly: ['每晚', 'nightly'], score: ['得分', 'Score'], trend: ['趋势', 'Trend'],
  entries: ['在线条目', 'Entries'], misfiled: ['分类不合理', 'Misfiled'], duplicate: ['重复', 'Duplicate'], wording: ['表述不规范', 'Wording'],
  outdated: ['已失效', 'Outdated'], notKnowledge: ['非知识内容', 'Not knowledge'], incomplete: ['要素缺失', 'Incomplete'],
  contradiction: ['口径矛盾', 'Contradiction'], neverFound: ['从未查到', 'Never found'], useless: ['查到没用', 'Useless'],
  openGaps: ['在办缺口', 'Open gaps'], overdueGaps: ['超时缺口', 'Late gaps'], openCorrections: ['在办纠错', 'Open corrections'],
  overdueCorrections: ['超时纠错', 'Late corrections'], onTime: ['按时率', 'In time'], golden: ['金标命中', 'Golden hits'],
  faultsAll: ['问题合计', 'Faults'], unmeasured: ['没有测到的', 'Not measured'], noReports: ['还没有报告。', 'No reports yet.'],
  departments: ['各部门', 'By department'], noOwner: ['无主条目', 'No owner'], download: ['下载评估报告', 'Download the assessment'],
  day: ['报告日期', 'Report of'], points: ['分', ''], seeFindings: ['问题清单', 'Findings'],
  findingsAbout: ['一条一条可以整改的问题。', 'What is to be mended, one by one.'], fault: ['问题', 'Fault'], detail: ['怎么回事', 'Detail'],
  chooseDepartment: ['请先选择部门。', 'Choose a department first.'], noFindings: ['没有发现问题。', 'Nothing found.'],
  faults: {MISFILED: ['分类明显不合理', 'Misfiled'], DUPLICATE: ['内容重复', 'Duplicate'], WORDING: ['表述不规范', 'Wording'], OUTDATED: ['知识已失效', 'Outdated'],
    NOT_KNOWLEDGE: ['非知识库内容', 'Not knowledge'], INCOMPLETE: ['要素缺失', 'Incomplete'], CONTRADICTION: ['口径矛盾', 'Contradiction'],
    NEVER_FOUND: ['从未被查到', 'Never found'], USELESS: ['查到但没用', 'Useless'], GOLDEN_MISSED: ['金标问句未命中', 'Golden question missed']},
};
