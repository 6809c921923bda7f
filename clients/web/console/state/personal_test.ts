import {expect, test} from 'vitest';

import {personalKindsIn} from './personal';

test('numbers of people are noticed, each as what it is', () => {
  expect(personalKindsIn('身份证110101199003074514，电话13800138000')).toEqual(['id', 'phone']);
  expect(personalKindsIn('卡号6222020200112233445')).toEqual(['card']);
  expect(personalKindsIn('车牌粤B12345，邮箱a.b@example.cn')).toEqual(['email', 'plate']);
});

test('what the hotline itself writes is not', () => {
  expect(personalKindsIn('请打12345或0755-00001006，文号示例政规〔2026〕3号，凭证4830 1296 5547')).toEqual([]);
});
