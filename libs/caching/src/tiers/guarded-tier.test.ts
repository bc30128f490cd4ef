import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@groundwork/testing';
import { entryOf } from '../conformance/tier.conformance.ts';
import { NotEncodableError } from '../errors/not-encodable.error.ts';
import { TierFullError } from '../errors/tier-full.error.ts';
import { TierUnavailableError } from '../errors/tier-unavailable.error.ts';
import { guarded } from '../../test/guarded-scripted-tier.ts';
import { GuardedTier } from './guarded-tier.ts';
import { type LeasingTier } from './tier.ts';

const CALLS: readonly [keyof LeasingTier<string>, unknown[]][] = [
  ['read', ['a']],
  ['fence', ['a', ['tag']]],
  ['write', ['a', entryOf(1), 'fence']],
  ['claim', ['a', ['tag'], 1_000, 500]],
  ['release', ['a', 'fence']],
  ['invalidate', [{ keys: ['a'] }]],
  ['expire', [{ keys: ['a'] }]],
  ['put', ['a', entryOf(1), 'fence', { version: 1 }]],
  ['feedPosition', []],
  ['recordFeedPosition', ['position']],
  ['recover', []],
];

describe('GuardedTier', () => {
  it.each(CALLS)('passes on %s with its arguments, and the answer', async (name, args) => {
    const calls: unknown[] = [];
    const answering =
      (called: string) =>
      async (...given: unknown[]) => {
        calls.push([called, given]);
        return Promise.resolve(`answer to ${called}` as never);
      };
    const names = CALLS.map(([call]) => call);
    const inner = Object.fromEntries(names.map((call) => [call, answering(call)]));
    const tier = new GuardedTier(inner as unknown as LeasingTier<string>);
    const call = tier[name].bind(tier) as (...given: unknown[]) => Promise<unknown>;
    expect(await call(...args)).toBe(`answer to ${name}`);
    expect(calls).toEqual([[name, args]]);
    tier.close();
  });

  it('gives up a hanging call, then refuses every call and sends only one probe', async () => {
    const { tier, names, states } = guarded();
    await expect(tier.claim('a', [], 1_000)).rejects.toBeInstanceOf(TierUnavailableError);
    for (let index = 0; index < 100; index += 1) {
      await expect(tier.claim('a', [], 1_000)).rejects.toBeInstanceOf(TierUnavailableError);
    }
    expect(names()).toEqual(['claim', 'read']);
    expect(states).toEqual(['unavailable']);
    tier.close();
  });

  it('wakes the callers that wait for the end of a load when the tier says so, and when it becomes unavailable', async () => {
    const { tier, calls, waiting } = guarded();
    let woken = 0;
    const unsubscribe = tier.onLoadEnded('a', () => (woken += 1));
    waiting.forEach((wake) => wake());
    expect(woken).toBe(1);
    const failing = tier.read('a').catch(() => undefined);
    calls[0]?.reject(new Error('reset'));
    await failing;
    expect(woken).toBe(2);
    unsubscribe();
    expect(waiting.size).toBe(0);
    tier.connectionLost();
    expect(woken).toBe(2);
    tier.close();
  });

  it('no longer wakes a caller that has stopped to wait', async () => {
    const { tier } = guarded();
    let woken = 0;
    tier.onLoadEnded('a', () => (woken += 1))();
    expect(tier.isAvailable).toBe(true);
    tier.connectionLost();
    expect([woken, tier.isAvailable]).toEqual([0, false]);
    tier.close();
  });

  it('recovers after a recovery that failed and a connection that was lost', async () => {
    const { tier, calls, names } = guarded();
    const recovering = tier.recover().catch(() => undefined);
    calls[0]?.reject(new Error('reset'));
    await recovering;
    tier.connectionLost();
    await eventually(() => calls.length === 2);
    expect(names()).toEqual(['recover', 'recover']);
    tier.close();
  });

  it('does not count a full tier as unavailable, unless it misses an invalidation', async () => {
    const { tier, calls, states } = guarded();
    const full = tier.write('a', entryOf(1), 'fence');
    calls[0]?.reject(new TierFullError());
    await expect(full).rejects.toMatchObject({ code: 'cache-tier-full' });
    expect(states).toEqual([]);
    const missed = tier.invalidate({ keys: ['a'] });
    calls[1]?.reject(new TierFullError());
    await expect(missed).rejects.toMatchObject({ code: 'cache-tier-unavailable' });
    expect(states).toEqual(['unavailable']);
    tier.close();
  });

  it('does not count a value that its codec cannot encode as an outage', async () => {
    const { tier, calls, states } = guarded();
    const writing = tier.write('a', entryOf(1), 'fence');
    calls[0]?.reject(new NotEncodableError());
    await expect(writing).rejects.toMatchObject({ code: 'cache-value-not-encodable' });
    expect(states).toEqual([]);
    tier.close();
  });

  it('says why a call failed, and sets the cause of a refusal only where it knows one', async () => {
    const { tier, calls } = guarded();
    const reset = new Error('reset');
    const failing = tier.read('a').catch((error: unknown) => error);
    calls[0]?.reject(reset);
    expect(await failing).toMatchObject({
      ...{ code: 'cache-tier-unavailable', retryable: true, cause: reset },
    });
    await expect(tier.read('a')).rejects.not.toHaveProperty('cause');
    tier.close();
  });

  it('keeps no process alive, neither by a call nor by its next probe', async () => {
    const timers = jest.spyOn(globalThis, 'setTimeout');
    const { tier, calls } = guarded();
    tier.read('a').catch(() => undefined);
    // Its timer is set at the end of its turn.
    await turn();
    calls[0]?.reject(new Error('reset'));
    await turn();
    calls[1]?.reject(new Error('still down'));
    await turn();
    const alive = timers.mock.results.map(({ value }) => (value as NodeJS.Timeout).hasRef());
    timers.mockRestore();
    tier.close();
    // The call, its probe, and the wait for the next probe.
    expect(alive).toEqual([false, false, false]);
  });

  it('becomes available when its probe is answered late', async () => {
    const { tier, calls, states } = guarded();
    await expect(tier.read('a')).rejects.toThrow();
    calls[1]?.resolve(undefined);
    await eventually(() => states.length === 2);
    expect(states).toEqual(['unavailable', 'available']);
    void tier.read('a').catch(() => undefined);
    expect(calls).toHaveLength(3);
    tier.close();
  });

  it('is probed and used again although its callback throws', async () => {
    const { tier, calls } = guarded({
      onChange: () => {
        throw new Error('a fault of the application');
      },
    });
    await expect(tier.read('a')).rejects.toBeInstanceOf(TierUnavailableError);
    calls[1]?.resolve();
    await eventually(() => tier.isAvailable);
    tier.close();
  });

  it('retries a failed probe', async () => {
    const { tier, calls, states } = guarded();
    await expect(tier.read('a')).rejects.toThrow();
    calls[1]?.reject(new Error('still down'));
    await eventually(() => calls.length === 3);
    calls[2]?.resolve(undefined);
    await eventually(() => states.at(-1) === 'available');
    tier.close();
  });

  it('drops the connection when a probe gets no answer within its limit, and probes the next connection', async () => {
    let dropped = 0;
    const { tier, inner, states } = guarded({
      probeLimitMs: 20,
      dropConnection: () => {
        dropped += 1;
        inner.read = () => undefined;
      },
    });
    await expect(tier.read('a')).rejects.toThrow();
    await eventually(() => states.at(-1) === 'available');
    expect(dropped).toBe(1);
    tier.close();
  });

  it('keeps the connection when a probe is answered with an error', async () => {
    let dropped = 0;
    const { tier, calls } = guarded({ dropConnection: () => (dropped += 1) });
    await expect(tier.read('a')).rejects.toThrow();
    calls[1]?.reject(new Error('still loading its data'));
    await eventually(() => calls.length === 3);
    expect(dropped).toBe(0);
    tier.close();
  });

  describe('by the clock', () => {
    beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] }));
    afterEach(() => void jest.useRealTimers());

    it.each([
      [{ callLimitMs: undefined, probeEveryMs: undefined }, 50, 200],
      [{ callLimitMs: 70, probeEveryMs: 300 }, 70, 300],
    ])('applies the call limit and probe interval of its options: %j', async (options, limitMs, everyMs) => {
      const { tier, calls, states } = guarded(options);
      tier.read('a').catch(() => undefined);
      await jest.advanceTimersByTimeAsync(limitMs - 1);
      await turn();
      expect(states).toEqual([]);
      await jest.advanceTimersByTimeAsync(1);
      await turn();
      expect(states).toEqual(['unavailable']);
      calls[1]?.reject(new Error('still down'));
      await jest.advanceTimersByTimeAsync(everyMs - 1);
      expect(calls).toHaveLength(2);
      await jest.advanceTimersByTimeAsync(1);
      expect(calls).toHaveLength(3);
      tier.close();
    });

    it('leaves no timer behind a call that was answered', async () => {
      const { tier, calls } = guarded();
      const read = tier.read('a');
      calls[0]?.resolve();
      await read;
      expect(jest.getTimerCount()).toBe(0);
      tier.close();
    });

    it('sends nothing and stays unavailable after it is closed', async () => {
      const { tier, calls, states } = guarded();
      tier.connectionLost();
      calls[0]?.reject(new Error('still down'));
      await jest.advanceTimersByTimeAsync(0);
      tier.close();
      await jest.advanceTimersByTimeAsync(60_000);
      expect(calls).toHaveLength(1);
      await expect(tier.read('a')).rejects.toBeInstanceOf(TierUnavailableError);
      expect(calls).toHaveLength(1);
      expect(states).toEqual(['unavailable']);
      expect(jest.getTimerCount()).toBe(0);
    });

    it.each(['answered', 'refused'])('stays closed when a probe is %s afterwards', async (how) => {
      const { tier, calls, states } = guarded();
      tier.connectionLost();
      tier.close();
      if (how === 'answered') calls[0]?.resolve();
      else calls[0]?.reject(new Error('down'));
      await jest.advanceTimersByTimeAsync(60_000);
      expect([states, calls.length, jest.getTimerCount()]).toEqual([['unavailable'], 1, 0]);
    });

    it('reports an outage once, however many calls fail', async () => {
      const { tier, calls, states, names } = guarded();
      const reads = [tier.read('a'), tier.read('b')].map((read) => read.catch(() => 'refused'));
      calls[0]?.reject(new Error('reset'));
      calls[1]?.reject(new Error('reset'));
      expect(await Promise.all(reads)).toEqual(['refused', 'refused']);
      expect(states).toEqual(['unavailable']);
      expect(names()).toEqual(['read', 'read', 'read']);
      tier.close();
    });
  });

  it('does not mistake a stall of this process for a slow tier', async () => {
    const { tier, inner, states } = guarded();
    // The stall starts in Node's check phase: after it, due timers run before the sockets are read.
    await turn();
    inner.read = () => new Promise((resolve) => setImmediate(() => resolve(entryOf(1))));
    const read = tier.read('a');
    const until = performance.now() + 60;
    while (performance.now() < until);
    expect((await read)?.value).toBe(1);
    expect(states).toEqual([]);
    tier.close();
  });
});
