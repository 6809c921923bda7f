import {expect, it} from 'vitest';

import {withFieldName} from './field_names';

it('says the name on the form instead of the path', () => {
  expect(withFieldName('缺少必填项 entry.content.category，请填写后再试。', 'entry.content.category')).toBe('缺少必填项“分类”，请填写后再试。');
  expect(withFieldName('entry.content.blocks[1].text 超过上限 4000（现为 5000），请缩短后再试。', 'entry.content.blocks[1].text'))
    .toBe('“第 2 段正文”超过上限 4000（现为 5000），请缩短后再试。');
  expect(withFieldName('region 的值无效：请填写六位数字。', 'region')).toBe('“区划”：请填写六位数字。');
});

it('leaves out a path that has no name when the rest is a sentence', () => {
  expect(withFieldName('name 的值无效：没有这样的答复凭证码，请再核对一遍。', 'name')).toBe('没有这样的答复凭证码，请再核对一遍。');
  expect(withFieldName('缺少必填项 page_token，请填写后再试。', 'page_token')).toBe('缺少必填项 page_token，请填写后再试。');
  expect(withFieldName('没有权限。', '')).toBe('没有权限。');
});
