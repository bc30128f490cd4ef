import { describe, expect, it } from '@jest/globals';
import { faultsOfWriteBehind, type WriteBehindRun } from './write-behind-verdict.ts';

const views = { sku: 'GW-0001', sent: 11, acknowledged: 10, wrongReads: [] };
const basket = { customerId: '7', acknowledged: 3, version: 21, writes: 3, faults: [] };
const sound: WriteBehindRun = {
  ...{ views: [views], baskets: [basket], refused: 0, faultsPlanned: 5, faultsDone: 5 },
  storedViews: new Map([['GW-0001', 10]]),
  storedBaskets: new Map([['7', { version: 21, number: 3 }]]),
};

describe('the verdict on a run of write-behind', () => {
  it('has no faults when all figures agree', () => {
    expect(faultsOfWriteBehind(sound)).toEqual([]);
  });

  it.each<[string, Partial<WriteBehindRun>]>([
    ['GW-0001: 2 acknowledged views are lost', { storedViews: new Map([['GW-0001', 8]]) }],
    ['GW-0001: 1 views were counted twice', { storedViews: new Map([['GW-0001', 11]]) }],
    ['GW-0001: too few', { views: [{ ...views, wrongReads: ['too few'] }] }],
    ['basket 7: old', { baskets: [{ ...basket, faults: ['old'] }] }],
    [
      'basket 7: 2 in version 20 is stored, not 3 in version 21',
      { storedBaskets: new Map([['7', { version: 20, number: 2 }]]) },
    ],
    ['basket 7: 0 in version 0 is stored, not 3 in version 21', { storedBaskets: new Map() }],
    ['1 writes were set aside', { refused: 1 }],
    ['4 of 5 faults were injected', { faultsDone: 4 }],
    ['no view was acknowledged', { views: [{ ...views, acknowledged: 0 }], storedViews: new Map() }],
    [
      'no basket was acknowledged',
      { baskets: [{ ...basket, writes: 0, acknowledged: 0, version: 0 }], storedBaskets: new Map() },
    ],
  ])('says: %s', (fault, change) => {
    expect(faultsOfWriteBehind({ ...sound, ...change })).toEqual([fault]);
  });
});
