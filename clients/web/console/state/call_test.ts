import {beforeEach, expect, test} from 'vitest';

import {makeCall} from './call';

beforeEach(() => { sessionStorage.clear(); localStorage.clear(); });

const receipt = {code: '4830 1296 5547', entry: 'entries/a', question: '怎么办？', revision: '1', hash: 'h', at: 1};

test('what was chosen stays over a reload, for this call', () => {
  makeCall('people/li').chooseRegion('440305');
  makeCall('people/li').set({category: '民政'});
  makeCall('people/li').addReceipt(receipt);
  expect(makeCall('people/li').state).toMatchObject({region: '440305', category: '民政', receipts: [receipt]});
});

test('whoever signs in next at the desk does not see the call of the one before', () => {
  makeCall('people/li').addReceipt(receipt);
  makeCall('people/li').set({conversation: 'call-7'});
  expect(makeCall('people/wang').state).toMatchObject({conversation: '', receipts: []});
});

test('a new call forgets all of it and begins in the region of the desk', () => {
  const call = makeCall('people/li');
  call.chooseHome('440300');
  call.chooseRegion('440305');
  call.set({category: '民政', conversation: 'call-7'});
  call.addReceipt(receipt);
  call.renew();
  expect(call.state).toEqual(
    {region: '440300', category: '', department: '', departmentName: '', conversation: '', receipts: []});
});

test('the newest regions come first, each once, nine at most', () => {
  const call = makeCall('people/li');
  for (let i = 0; i < 12; ++i) call.chooseRegion(`4403${String(i).padStart(2, '0')}`);
  call.chooseRegion('440305');
  expect(call.recentRegions()).toHaveLength(9);
  expect(call.recentRegions().slice(0, 2)).toEqual(['440305', '440311']);
});

test('what somebody else left in the storage does not break the desk', () => {
  sessionStorage.setItem('koujing.console.call.people/li', '{"region":7}');
  localStorage.setItem('koujing.console.regions', 'nonsense');
  expect(makeCall('people/li').state.region).toBe('');
  expect(makeCall('people/li').recentRegions()).toEqual([]);
});
