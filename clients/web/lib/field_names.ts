// Sentences of the service name a field by its path in the contract; people read its name on the form instead.

const NAMES: Record<string, string> = {
  question: '标准问', similar_questions: '相似问', blocks: '答复口径', text: '正文', title: '标题', short_answer: '短答复', agent_notes: '尺度提示',
  keywords: '检索词', category: '分类', department: '承办单位', region: '区划', policies: '政策依据', effective_time: '生效时间',
  expire_time: '失效时间', review_time: '复核期限', display_name: '名称', value: '值', unit: '单位', reason: '原因', comment: '意见', report: '说明',
  reply: '答复', login: '登录名', password: '密码', new_password: '新密码', phone: '电话', words: '词语', url: '地址', date: '日期', query: '检索内容',
};

// `field`: "entry.content.blocks[1].text". Without a name for it, "…的值无效：" says nothing and goes.
export function withFieldName(sentence: string, field: string): string {
  if (!field || !sentence.includes(field)) return sentence;
  const last = field.split('.').at(-1)!.replace(/\[.*$/, '');
  const block = /\bblocks\[(\d+)\]/.exec(field);
  const name = NAMES[last];
  const invalid = `${field} 的值无效：`;
  if (!name) return sentence.startsWith(invalid) ? sentence.slice(invalid.length) : sentence;
  const shown = `“${block && last !== 'blocks' ? `第 ${Number(block[1]) + 1} 段${name}` : name}”`;
  if (sentence.startsWith(invalid)) return `${shown}：${sentence.slice(invalid.length)}`;
  return sentence.replace(` ${field} `, shown).replace(` ${field}`, shown).replace(`${field} `, shown).replace(field, shown);
}
