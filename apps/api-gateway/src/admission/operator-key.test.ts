import { describe, expect, it } from '@jest/globals';
import { LocalLimitStore, ratePolicy } from '@groundwork/rate-limiting';
import { OperatorKey } from './operator-key.ts';

const RIGHT = 'groundwork-operator';

function start() {
  const clock = { micros: 0 };
  const key = new OperatorKey({
    key: RIGHT,
    failures: ratePolicy({ name: 'operator-key-failures', capacity: 10, ratePerSecond: 0.1 }),
    processes: 2,
    counts: new LocalLimitStore({ now: () => clock.micros }),
  });
  const statusOf = (given: string | undefined, address = '192.0.2.1') =>
    key.refusal(given, address)?.status ?? 200;
  return { clock, key, statusOf };
}

describe('the operator key', () => {
  it('admits a client with the right key on every request', () => {
    const { statusOf } = start();
    for (let times = 0; times < 1_000; times += 1) expect(statusOf(RIGHT)).toBe(200);
  });

  it('refuses a missing key with 401 and a wrong key with 403', () => {
    for (const wrong of ['', 'groundwork-operato', 'groundwork-operator ', 'Groundwork-operator', 'a, b']) {
      expect(start().statusOf(wrong)).toBe(403);
    }
    expect(start().statusOf(undefined)).toBe(401);
  });
});

describe('an address that guesses operator keys', () => {
  const guess = (statusOf: (given: string) => number, times: number) =>
    Array.from({ length: times }, (_, index) => statusOf(`guess-${index}`));

  it('is refused after its share of wrong keys, even with the right key, because admission would confirm a guess', () => {
    const { statusOf, key } = start();
    expect(guess(statusOf, 7)).toEqual([403, 403, 403, 403, 403, 429, 429]);
    expect(statusOf(RIGHT)).toBe(429);
    expect(Number(key.refusal(RIGHT, '192.0.2.1')?.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  });

  it('does not block operators at other addresses', () => {
    const { statusOf } = start();
    guess(statusOf, 100);
    expect(statusOf(RIGHT, '192.0.2.2')).toBe(200);
  });

  it('is admitted again later, and gains nothing from continuous attempts', () => {
    const { statusOf, clock } = start();
    guess(statusOf, 5);
    clock.micros += 20_000_000;
    expect(statusOf(RIGHT)).toBe(200);
    let looked = 0;
    for (let second = 0; second < 600; second += 1) {
      clock.micros += 1_000_000;
      if (statusOf('guess') === 403) looked += 1;
    }
    // Each process checks one key every twenty seconds.
    expect(looked).toBeLessThanOrEqual(31);
  });

  it('is identified by its /64 prefix if it is an IPv6 address', () => {
    const { statusOf } = start();
    for (let host = 1; host < 20; host += 1) statusOf('guess', `2001:db8::${host.toString(16)}`);
    expect(statusOf(RIGHT, '2001:db8::ffff')).toBe(429);
  });
});
