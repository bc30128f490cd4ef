import { describe, expect, it } from '@jest/globals';
import { ConnectionCount } from './connection-count.ts';

describe('the connections of a server', () => {
  it('are admitted up to the limit of each client, without effect on other clients', () => {
    const count = new ConnectionCount({ total: 10, perClient: 2 });
    expect([count.opened('a'), count.opened('a'), count.opened('a')]).toEqual([true, true, false]);
    expect(count.opened('b')).toBe(true);
  });

  it('are admitted up to the total', () => {
    const count = new ConnectionCount({ total: 2, perClient: 2 });
    expect([count.opened('a'), count.opened('b'), count.opened('c')]).toEqual([true, true, false]);
  });

  it('free their places when they close', () => {
    const count = new ConnectionCount({ total: 1, perClient: 1 });
    for (let times = 0; times < 100; times += 1) {
      expect(count.opened('a')).toBe(true);
      count.closed('a');
    }
  });
});
