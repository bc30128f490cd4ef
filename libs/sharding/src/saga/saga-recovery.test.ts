import { describe, expect, it, jest } from '@jest/globals';
import { toSlot } from '../slots/slot.ts';
import { MemorySagaLog } from './memory-saga-log.ts';
import { type SagaRecord } from './saga-log.ts';
import { SagaRecovery, type SagaRecoveryOptions } from './saga-recovery.ts';

/** A log that returns the given rounds of abandoned sagas, and a runner that records which sagas it resumes. */
function recoveryOf(
  rounds: (string[] | Error)[],
  { fails = '', ...options }: Partial<SagaRecoveryOptions> & { fails?: string } = {},
) {
  const [taken, resumed, errors]: [unknown[], string[], unknown[]] = [[], [], []];
  const log = new MemorySagaLog();
  log.takeAbandoned = (limit, leaseMs) => {
    taken.push([limit, leaseMs]);
    const round = rounds.shift() ?? [];
    return round instanceof Error
      ? Promise.reject(round)
      : Promise.resolve(round.map((id) => ({ id, slot: toSlot(1) }) as SagaRecord));
  };
  const resume = (record: SagaRecord) => {
    resumed.push(record.id);
    return record.id === fails ? Promise.reject(new Error(`${fails} fails`)) : Promise.resolve(record);
  };
  const onError = (error: unknown) => errors.push((error as Error).message);
  const recovery = new SagaRecovery({ log, runner: { resume }, onError, ...options });
  return { taken, resumed, errors, recovery };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

describe('the recovery of sagas', () => {
  it('resumes abandoned sagas, ten at a time under a lease of 30 s', async () => {
    const { taken, resumed, recovery } = recoveryOf([['one', 'two']]);
    expect(await recovery.recover()).toBe(2);
    expect([taken, resumed]).toEqual([[[10, 30_000]], ['one', 'two']]);
  });

  it('uses the configured limit and lease', async () => {
    const { taken, recovery } = recoveryOf([], { limit: 3, leaseMs: 500 });
    expect(await recovery.recover()).toBe(0);
    expect(taken).toEqual([[3, 500]]);
  });

  it('resumes the other sagas when one saga fails', async () => {
    const { resumed, errors, recovery } = recoveryOf([['one', 'two']], { fails: 'one' });
    expect(await recovery.recover()).toBe(2);
    expect([resumed, errors]).toEqual([['one', 'two'], ['one fails']]);
  });

  it('starts the next round at once after finding abandoned sagas, and waits after finding none', async () => {
    const { taken, recovery } = recoveryOf([['one'], ['two'], ['three']], { everyMs: 60_000 });
    recovery.start();
    recovery.start();
    await until(() => taken.length === 4);
    for (let turns = 0; turns < 20; turns += 1) await new Promise(setImmediate);
    await recovery.stop();
    expect(taken).toHaveLength(4);
  });

  it('looks every second, unless it is told otherwise', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    try {
      const { taken, recovery } = recoveryOf([]);
      recovery.start();
      await until(() => taken.length === 1);
      for (let turns = 0; turns < 20; turns += 1) await new Promise(setImmediate);
      await jest.advanceTimersByTimeAsync(999);
      expect(taken).toHaveLength(1);
      await jest.advanceTimersByTimeAsync(1);
      await until(() => taken.length === 2);
      await recovery.stop();
    } finally {
      jest.useRealTimers();
    }
  });

  it('continues after the log has failed', async () => {
    const { errors, resumed, recovery } = recoveryOf([new Error('no log'), ['one']], { everyMs: 1 });
    recovery.start();
    await until(() => resumed.length === 1);
    await recovery.stop();
    expect(errors).toEqual(['no log']);
  });

  it('waits on stop until the current sagas end or are deferred', async () => {
    const resuming = Promise.withResolvers<SagaRecord>();
    const resumed: string[] = [];
    const resume = (record: SagaRecord) => (resumed.push(record.id), resuming.promise);
    const { recovery } = recoveryOf([['one']], { runner: { resume } });
    recovery.start();
    await until(() => resumed.length === 1);
    let isStopped = false;
    const stopped = recovery.stop().then(() => (isStopped = true));
    for (let turns = 0; turns < 20; turns += 1) await new Promise(setImmediate);
    expect(isStopped).toBe(false);
    resuming.resolve({} as SagaRecord);
    await stopped;
  });
});
