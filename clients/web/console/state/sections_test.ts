import {expect, test} from 'vitest';

import {sectionsOf, sentencesOf} from './sections';

const HTML = '<section data-type="CONCLUSION">\n<h3>结论</h3>\n<p>满80岁可以领。次月起发。</p>\n</section>\n' +
  '<section data-type="PROCEDURE"><h3>办理流程</h3><ol start="1"><li>先<strong>登录</strong>；</li><li><p>再提交。</p></li></ol></section>' +
  '<section data-type="FEE"><h3>标准</h3><table><tbody><tr><td>80岁</td><td>260元</td></tr></tbody></table></section>';

test('an answer falls into its parts, with text as it would be written down', () => {
  const parts = sectionsOf(HTML);
  expect(parts.map((part) => [part.type, part.title, part.text])).toEqual([
    ['CONCLUSION', '结论', '满80岁可以领。次月起发。'],
    ['PROCEDURE', '办理流程', '1. 先登录；\n2. 再提交。'],
    ['FEE', '标准', '80岁 260元'],
  ]);
  expect(parts[0]!.html).toBe('<p>满80岁可以领。次月起发。</p>');
});

test('a doubtful text comes struck; its parts are found all the same', () => {
  expect(sectionsOf(`<del>\n${HTML}</del>\n`)).toHaveLength(3);
});

test('text outside of parts is one part, and nothing is none', () => {
  expect(sectionsOf('<p>核实中。</p>').map((part) => part.text)).toEqual(['核实中。']);
  expect(sectionsOf('')).toEqual([]);
});

test('it is read out in sentences, points by their number', () => {
  expect(sentencesOf('满80岁可以领。次月起发。\n1. 先登录；\n2. 再提交')).toEqual(['满80岁可以领。', '次月起发。', '第一，先登录；', '第二，再提交']);
});
