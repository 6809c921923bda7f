// The regions that a person can choose: GB/T 2260 codes.

export const REGIONS = [
  ['', '不限'],
  ['000000', '全国'],
  ['440300', '深圳市'],
  ['440303', '深圳市罗湖区'],
  ['440304', '深圳市福田区'],
  ['440305', '深圳市南山区'],
  ['440306', '深圳市宝安区'],
  ['440307', '深圳市龙岗区'],
  ['440308', '深圳市盐田区'],
  ['440309', '深圳市龙华区'],
  ['440310', '深圳市坪山区'],
  ['440311', '深圳市光明区'],
];

const NAMES = new Map([...REGIONS, ['440000', '广东省']].filter(([code]) => code));

export const regionName = (code) => NAMES.get(code) ?? code;
