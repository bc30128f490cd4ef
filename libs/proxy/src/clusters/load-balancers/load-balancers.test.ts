import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomOf } from '@groundwork/testing';
import { BoundedHash } from './bounded-hash.ts';
import { PowerOfTwoChoices } from './power-of-two-choices.ts';

const candidate = (origin: string, inFlight = 0, weight = 1) => ({ origin, inFlight, weight });
const share = (chosen: readonly string[], origin: string) =>
  chosen.filter((each) => each === origin).length / chosen.length;

describe('the power of two choices', () => {
  const chooseOften = (candidates: ReturnType<typeof candidate>[], times = 4_000) => {
    const balancer = new PowerOfTwoChoices(randomOf(1));
    return Array.from({ length: times }, () => balancer.choose(candidates).origin);
  };

  it('never chooses the busiest of three, and the idle one most often', () => {
    const chosen = chooseOften([candidate('idle'), candidate('busy', 5), candidate('busiest', 9)]);
    expect(share(chosen, 'busiest')).toBe(0);
    expect(share(chosen, 'idle')).toBeCloseTo(2 / 3, 1);
    expect(share(chosen, 'busy')).toBeCloseTo(1 / 3, 1);
  });

  it('gives idle endpoints a share by weight', () => {
    const chosen = chooseOften([candidate('small', 0, 1), candidate('large', 0, 3)]);
    expect(share(chosen, 'small')).toBeCloseTo(0.25, 1);
  });

  it('compares requests in flight by weight', () => {
    expect(share(chooseOften([candidate('small', 4, 1), candidate('large', 6, 3)]), 'small')).toBe(0);
  });

  it('spreads requests evenly', () => {
    const candidates = ['a', 'b', 'c', 'd'].map((origin) => candidate(origin));
    const balancer = new PowerOfTwoChoices(randomOf(2));
    for (let index = 0; index < 400; index += 1) balancer.choose(candidates).inFlight += 1;
    for (const { inFlight } of candidates) expect(Math.abs(inFlight - 100)).toBeLessThan(5);
  });

  it('chooses the only one', () => {
    expect(chooseOften([candidate('only', 100)], 1)).toEqual(['only']);
  });
});

describe('hashing with bounded loads', () => {
  const four = () => ['a', 'b', 'c', 'd'].map((origin) => candidate(origin));

  it('sends a key to the same endpoint in every proxy, in any order of the endpoints', () => {
    const keys = Array.from({ length: 200 }, (_, index) => `customer-${index}`);
    const by = (candidates: ReturnType<typeof four>) => {
      const balancer = new BoundedHash();
      return keys.map((key) => balancer.choose(candidates, key).origin);
    };
    expect(by(four())).toEqual(by(four().reverse()));
    expect(new Set(by(four())).size).toBe(4);
  });

  it('moves only the keys of an endpoint that is gone', () => {
    const balancer = new BoundedHash();
    const all = four();
    for (let index = 0; index < 200; index += 1) {
      const key = `customer-${index}`;
      const before = balancer.choose(all, key).origin;
      const after = balancer.choose(all.slice(1), key).origin;
      expect(before === 'a' || after === before).toBe(true);
    }
  });

  it('never chooses an endpoint above its bound, for any load and weight', () => {
    const loads = fc.array(fc.record({ inFlight: fc.nat(50), weight: fc.integer({ min: 1, max: 5 }) }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(loads, fc.string(), (given, key) => {
        const candidates = given.map(({ inFlight, weight }, index) =>
          candidate(`e${index}`, inFlight, weight),
        );
        const chosen = new BoundedHash({ balance: 1.25 }).choose(candidates, key);
        const inFlight = candidates.reduce((sum, each) => sum + each.inFlight, 0);
        const weights = candidates.reduce((sum, each) => sum + each.weight, 0);
        expect(chosen.inFlight).toBeLessThan(Math.ceil((1.25 * (inFlight + 1) * chosen.weight) / weights));
      }),
    );
  });

  it('spreads one popular key over the endpoints that it fills', () => {
    const balancer = new BoundedHash({ balance: 1.25 });
    const candidates = four();
    for (let index = 0; index < 100; index += 1) balancer.choose(candidates, 'popular').inFlight += 1;
    expect(Math.max(...candidates.map(({ inFlight }) => inFlight))).toBeLessThanOrEqual(32);
  });

  it('balances requests without a key by load', () => {
    const balancer = new BoundedHash({ random: randomOf(3) });
    const candidates = [candidate('idle'), candidate('busy', 5)];
    for (let index = 0; index < 20; index += 1)
      expect(balancer.choose(candidates, undefined).origin).toBe('idle');
  });

  it.each([1, 0.5, Number.NaN])('refuses the balance %d', (balance) => {
    expect(() => new BoundedHash({ balance })).toThrow(RangeError);
  });
});
