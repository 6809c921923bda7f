import {beforeEach, expect, test} from 'vitest';

import {makeCall} from './call';

beforeEach(() => { sessionStorage.clear(); localStorage.clear(); });

const receipt = {code: '4830 1296 5547', entry: 'entries/a', question: '怎么办？', revision: '1', hash: 'h', at: 1};

test('what was chosen stays over a reload, for this call', () => {
  makeCall().chooseRegion('440305');
  makeCall().set({category: '民政'});
  makeCall().addReceipt(receipt);
  expect(makeCall().state).toMatchObject({region: '440305', category: '民政', receipts: [receipt]});
});

test('a new call forgets all of it and begins in the region of the desk', () => {
  const call = makeCall();
  call.chooseHome('440300');
  call.chooseRegion('440305');
  call.set({category: '民政', conversation: 'call-7'});
  call.addReceipt(receipt);
  call.renew();
  expect(call.state).toEqual(
    {region: '440300', category: '', department: '', departmentName: '', conversation: '', receipts: []});
});

test('the newest regions come first, each once, nine at most', () => {
  const call = makeCall();
  for (let i = 0; i < 12; ++i) call.chooseRegion(`4403${String(i).padStart(2, '0')}`);
  call.chooseRegion('440305');
  expect(call.recentRegions()).toHaveLength(9);
  expect(call.recentRegions().slice(0, 2)).toEqual(['440305', '440311']);
});

test('what somebody else left in the storage does not break the desk', () => {
  sessionStorage.setItem('koujing.console.call', '{"region":7}');
  localStorage.setItem('koujing.console.regions', 'nonsense');
  expect(makeCall().state.region).toBe('');
  expect(makeCall().recentRegions()).toEqual([]);
});
