import { describe, expect, it } from '@jest/globals';
import { EdgeRefusedError } from '../errors/edge-refused.error.ts';
import { EdgeUnavailableError } from '../errors/edge-unavailable.error.ts';
import { PurgePolicy, retryAfterOf } from './purge-policy.ts';
import { type PurgeJob } from './purge-store.ts';

const fresh: PurgeJob = {
  target: { kind: 'tag', name: 'a', soft: false },
  ...{ ageMs: 10, purges: 0, failures: 0, refusals: 0 },
};
const away = new EdgeUnavailableError('away');
const refused = new EdgeRefusedError('status 400');
const policy = (options = {}, random = () => 1) => new PurgePolicy(options, random);

describe('the policy of purges', () => {
  it('purges a second time, 10 s after the first purge was confirmed', () => {
    const first = policy().confirmed({ ...fresh, failures: 3, refusals: 1 });
    expect(first).toEqual({ purges: 1, failures: 0, refusals: 0, dueInMs: 10_000 });
    expect(policy().confirmed({ ...fresh, purges: 1 })).toBeUndefined();
  });

  it('retries with exponential back-off and jitter, up to 30 s', () => {
    const waits = (random: () => number) =>
      [0, 1, 2, 5, 6, 1_000].map(
        (failures) => policy({}, random).failed({ ...fresh, failures }, away).next.dueInMs,
      );
    expect(waits(() => 1)).toEqual([500, 1_000, 2_000, 16_000, 30_000, 30_000]);
    expect(waits(() => 0)).toEqual([250, 500, 1_000, 8_000, 15_000, 15_000]);
  });

  it('keeps the purges that were confirmed when a later one fails', () => {
    expect(policy().failed({ ...fresh, purges: 1 }, away).next).toMatchObject({ purges: 1, failures: 1 });
  });

  it('waits at least as long as the edge asks, within 15 minutes', () => {
    const dueInMs = (retryAfterMs: number) =>
      policy().failed(fresh, new EdgeUnavailableError('limited', { retryAfterMs })).next.dueInMs;
    expect([dueInMs(0), dueInMs(100), dueInMs(60_000), dueInMs(9e9)]).toEqual([500, 500, 60_000, 900_000]);
    expect([retryAfterOf(away), retryAfterOf(undefined), retryAfterOf('text')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('gives up a purge that has failed for its maximum age', () => {
    const at = (ageMs: number, failures = 2) =>
      policy({ maxAgeMs: 1_000 }).failed({ ...fresh, ageMs, failures }, away).isGivenUp;
    expect([at(999), at(1_000)]).toEqual([false, true]);
    // It was never tried for so long.
    expect([at(9e9, 0), at(9e9, 1)]).toEqual([false, false]);
    expect(policy().failed({ ...fresh, failures: 9, ageMs: 24 * 3_600_000 - 1 }, away).isGivenUp).toBe(false);
    expect(policy().failed({ ...fresh, failures: 9, ageMs: 24 * 3_600_000 }, away).isGivenUp).toBe(true);
  });

  it('gives up a purge that the edge refuses three times, and forgets no refusal during an outage', () => {
    const after = (refusals: number, error: unknown) => policy().failed({ ...fresh, refusals }, error);
    expect(after(0, refused).next).toMatchObject({ refusals: 1 });
    expect(after(1, refused).isGivenUp).toBe(false);
    expect(after(2, refused).isGivenUp).toBe(true);
    expect(after(2, away)).toMatchObject({ next: { refusals: 2 }, isGivenUp: false });
  });

  it('states when a purge that was given up is tried again, in case that it could not be reported', () => {
    expect(policy().failed({ ...fresh, purges: 1, refusals: 2 }, refused).next).toEqual({
      ...{ purges: 1, failures: 1, refusals: 3, dueInMs: 500 },
    });
  });

  it('retries an error that does not say whether it is final', () => {
    for (const error of [new TypeError('a fault of an adapter'), undefined, 'text'])
      expect(policy().failed({ ...fresh, refusals: 2 }, error)).toMatchObject({
        ...{ next: { refusals: 2 }, isGivenUp: false },
      });
  });

  it.each([
    ['secondPurgeMs', 0],
    ['maxAgeMs', -1],
    ['maxRefusals', NaN],
    ['firstRetryMs', Infinity],
  ])('refuses %s %d', (name, value) => {
    expect(() => policy({ [name]: value })).toThrow(`${name}: expected a number above 0, got ${value}`);
  });
});
