import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { eventually } from '@groundwork/testing';
import { guarded } from '../../test/guarded-scripted-tier.ts';
import { TierUnavailableError } from '../errors/tier-unavailable.error.ts';
import { type Announced, type Invalidation } from './tier.ts';

/** Returns what the rejection of a change says about its delivery. */
async function deliveryOf(change: Promise<Announced>): Promise<{ readonly delivered: Promise<Announced> }> {
  const error = await change.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TierUnavailableError);
  return { delivered: (error as TierUnavailableError).delivered! };
}

describe('the changes that a guarded tier has missed', () => {
  it('are sent before the tier becomes available: a refused one', async () => {
    const { tier, calls, names, states } = guarded();
    await expect(tier.read('a')).rejects.toThrow();
    await expect(tier.invalidate({ tags: ['missed'] })).rejects.toBeInstanceOf(TierUnavailableError);
    calls[1]?.resolve();
    await eventually(() => calls.length === 3);
    expect(names()).toEqual(['read', 'read', 'invalidate {"tags":["missed"]}']);
    expect(states).toEqual(['unavailable']);
    calls[2]?.resolve();
    await eventually(() => states.at(-1) === 'available');
    tier.close();
  });

  it('are sent before the tier becomes available: one that is refused while another one is sent', async () => {
    const { tier, calls, names, states } = guarded();
    await expect(tier.invalidate({ tags: ['first'] })).rejects.toThrow();
    await expect(tier.invalidate({ tags: ['second'] })).rejects.toThrow();
    calls[1]?.resolve();
    await eventually(() => calls.length === 3);
    expect(names().slice(1)).toEqual(['invalidate {"tags":["first"]}', 'invalidate {"tags":["second"]}']);
    expect(states).toEqual(['unavailable']);
    tier.close();
  });

  it('are sent again until they are answered', async () => {
    const { tier, calls, names } = guarded();
    await expect(tier.invalidate({ keys: ['a'] })).rejects.toBeInstanceOf(TierUnavailableError);
    calls[1]?.reject(new Error('still down'));
    await eventually(() => calls.length === 3);
    expect(names()).toEqual(Array(3).fill('invalidate {"keys":["a"]}'));
    tier.close();
  });

  it.each([
    ['many missed invalidations', 1_500, 1],
    ['one of many names', 1, 1_500],
  ])('are replaced by one of everything: %s', async (_what, count, names) => {
    const { tier, calls, names: called, states } = guarded();
    tier.connectionLost();
    await expect(tier.invalidate({ keys: ['first'] })).rejects.toThrow();
    const keys = Array.from({ length: names }, (_, index) => `k${index}`);
    for (let index = 0; index < count; index += 1) await expect(tier.invalidate({ keys })).rejects.toThrow();
    for (let answered = 0; states.at(-1) !== 'available'; answered += 1) {
      while (calls.length <= answered && states.at(-1) !== 'available') await turn();
      calls[answered]?.resolve();
    }
    expect(called().slice(0, 3)).toEqual([
      ...['recover', 'invalidate {"keys":["first"]}', 'invalidate {"everything":true}'],
    ]);
    expect(called().length).toBeLessThan(1_000);
    tier.close();
  });

  const names = (count: number) => Array.from({ length: count }, (_, index) => `n${index}`);
  it.each<[string, Invalidation, boolean]>([
    ['999 keys', { keys: names(999) }, false],
    ['1,000 keys', { keys: names(1_000) }, true],
    ['999 tags', { tags: names(999) }, false],
    ['1,000 tags', { tags: names(1_000) }, true],
    ['500 keys and 500 tags', { keys: names(500), tags: names(500) }, true],
  ])(
    'are followed by one of everything when they have too many names: %s',
    async (_what, target, isReplaced) => {
      const { tier, calls, names: called, states } = guarded();
      await expect(tier.invalidate(target)).rejects.toThrow();
      while (states.at(-1) !== 'available') {
        calls.at(-1)?.resolve();
        await turn();
      }
      expect(called().includes('invalidate {"everything":true}')).toBe(isReplaced);
      tier.close();
    },
  );

  it('are sent after the recovery, which follows lost connections once', async () => {
    const { tier, calls, names, states } = guarded();
    await expect(tier.read('a')).rejects.toThrow();
    await expect(tier.invalidate({ tags: ['missed'] })).rejects.toThrow();
    for (let attempt = 0; attempt < 5; attempt += 1) tier.connectionLost();
    for (const call of [1, 2, 3]) {
      calls[call]?.resolve();
      await eventually(() => calls.length === call + 2 || states.at(-1) === 'available');
    }
    expect(names()).toEqual(['read', 'read', 'recover', 'invalidate {"tags":["missed"]}']);
    tier.close();
  });

  it('tell their callers when the tier has all of them, with the last answer', async () => {
    const { tier, calls, states } = guarded();
    const [hanging, refused] = [tier.invalidate({ keys: ['hanging'] }), tier.expire({ keys: ['refused'] })];
    const deliveries = [await deliveryOf(hanging), await deliveryOf(refused)];
    // One promise for a whole outage: it takes no memory for each change.
    expect(deliveries[0]!.delivered).toBe(deliveries[1]!.delivered);
    let answer: unknown;
    void deliveries[0]!.delivered.then((delivered) => (answer = [delivered, states.at(-1)]));
    for (const index of [2, 3]) {
      await eventually(() => calls.length === index + 1);
      expect(answer).toBeUndefined();
      calls[index]?.resolve({ position: String(index) });
    }
    await eventually(() => answer !== undefined);
    expect(answer).toEqual([{ position: '3' }, 'available']);
    await turn();
    void tier.read('key').catch(() => undefined);
    tier.connectionLost();
    const next = await deliveryOf(tier.invalidate({ keys: ['next outage'] }));
    expect(next.delivered).not.toBe(deliveries[0]!.delivered);
    tier.close();
  });

  it('are not promised for calls that change nothing', async () => {
    const { tier } = guarded();
    await expect(tier.read('key')).rejects.toMatchObject({ delivered: undefined });
    await expect(tier.read('key')).rejects.toMatchObject({ delivered: undefined });
    tier.close();
  });

  it('include a recovery that was refused or has failed', async () => {
    const { tier, calls, names, states } = guarded();
    await expect(tier.read('key')).rejects.toThrow();
    await expect(tier.recover()).rejects.toThrow();
    calls[1]?.resolve();
    await eventually(() => calls.length === 3);
    calls[2]?.resolve();
    await eventually(() => states.at(-1) === 'available');
    expect(names()).toEqual(['read', 'read', 'recover']);
    tier.close();
  });
});
