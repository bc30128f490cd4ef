import { beforeEach, describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@groundwork/testing';
import { type Loss } from './admission.ts';
import { Flusher, type FlusherOptions } from './flusher.ts';
import { type LogEntry } from './write-log.ts';
import { type ApplyAnswer } from './write-store.ts';

const entry = (position: number): LogEntry => ({
  ...{ position, collection: 'views', key: 'a', change: { op: 'add', amount: 1 } },
});

/** A flusher without a log, a store and a lease of their own: the test decides what each of them answers. */
describe('the steps of a flusher', () => {
  let clock: VirtualClock;
  let calls: string[];
  let losses: Loss[];
  let errors: { message: string; retryInMs: number }[];
  let listeners: number;
  let wake: () => void;
  let permit: { isHeld: boolean };
  let entries: LogEntry[];
  let settled: number;
  let stored: number;
  let apply: (from: number, batch: readonly LogEntry[]) => ApplyAnswer;
  let lease: () => Promise<unknown>;
  beforeEach(() => {
    [clock, calls, losses, errors, listeners] = [new VirtualClock(), [], [], [], 0];
    [permit, entries, settled, stored] = [{ isHeld: true }, [], 0, 0];
    lease = async () => undefined;
    apply = (_from, batch) => {
      stored = batch.at(-1)?.position ?? stored;
      return { outcome: 'applied', through: stored, refused: [] } as unknown as ApplyAnswer;
    };
  });

  const note = (call: string) => void calls.push(`${clock.monotonicMs()} ${call}`);
  const open = (options: Partial<Record<keyof FlusherOptions, unknown>> = {}) => {
    const flusher = new Flusher({
      clock,
      random: () => 0.5,
      batchSize: 8,
      lingerMs: 0,
      log: {
        onChange: (listener: () => void) => {
          [listeners, wake] = [listeners + 1, listener];
          return () => (listeners -= 1);
        },
        read: async (after: number, limit: number) => ({
          entries: entries.filter(({ position }) => position > after).slice(0, limit),
          state: { log: 'l', settled },
        }),
      },
      store: {
        position: async () => stored,
        apply: async (_log: string, from: number, batch: readonly LogEntry[]) => {
          note(`apply ${from} ${batch.map(({ position }) => position).join()}`);
          return apply(from, batch);
        },
        skip: async (from: number, to: number) => note(`skip ${from} ${to}`),
      },
      settlement: {
        settle: async () => undefined,
        settleWhatIsApplied: async () => {
          note('settle');
          settled = stored;
        },
      },
      admission: { admit: async () => undefined },
      lease: {
        run: async (task: (given: unknown) => Promise<void>, waits: unknown) => {
          note(
            `lease ${JSON.stringify(waits, (_name, value: unknown) => (value === Infinity ? 'Infinity' : value))}`,
          );
          await lease();
          await task(permit);
        },
        close: () => undefined,
      },
      onApplied: () => undefined,
      onRefused: () => undefined,
      onLoss: (loss: Loss) => losses.push(loss),
      onError: ({ message }: Error, retryInMs: number) => errors.push({ message, retryInMs }),
      ...options,
    } as unknown as FlusherOptions);
    flusher.start();
    return flusher;
  };
  const close = async (flusher: Flusher) => {
    const closing = flusher.close(1_000);
    await clock.run(2_000);
    await closing;
  };
  const applied = () => calls.filter((call) => call.includes('apply'));
  const leases = () => calls.filter((call) => call.includes('lease'));

  it('wait for the lease without a limit, leave no listener and no timer', async () => {
    const flusher = open();
    await clock.run(100);
    expect([listeners, leases()]).toEqual([1, ['0 lease {"timeoutMs":"Infinity"}']]);
    await close(flusher);
    expect([listeners, clock.timers]).toEqual([0, 0]);
  });

  it('ask for a lease that fails again, later each time up to 5 s', async () => {
    lease = () => Promise.reject(new Error('no lease'));
    const flusher = open();
    await clock.run(20_000);
    expect(errors.map(({ retryInMs }) => retryInMs).slice(0, 8)).toEqual([
      ...[75, 150, 300, 600, 1_200, 2_400, 3_750, 3_750],
    ]);
    expect(
      leases()
        .map((call) => parseInt(call))
        .slice(0, 4),
    ).toEqual([0, 75, 225, 525]);
    await close(flusher);
    expect(errors.every(({ message }) => message === 'no lease')).toBe(true);
  });

  it('do not report a lease that ends because the process shuts down', async () => {
    const gate = Promise.withResolvers<void>();
    lease = () => gate.promise;
    const flusher = open();
    await clock.run(10);
    const closing = close(flusher);
    gate.reject(new Error('closed'));
    await closing;
    expect(errors).toEqual([]);
  });

  it('let another process have a lease that was given away: a hundred to two hundred milliseconds', async () => {
    permit.isHeld = false;
    const flusher = open();
    lease = async () => wake();
    await clock.run(500);
    expect(leases().map((call) => parseInt(call))).toEqual([0, 150, 300, 450]);
    await close(flusher);
  });

  it('end when the lease is lost', async () => {
    entries = [1, 2, 3].map(entry);
    const flusher = open({ batchSize: 1 });
    const whole = apply;
    apply = (from, batch) => {
      permit.isHeld = false;
      return whole(from, batch);
    };
    await clock.run(100);
    expect(applied()).toEqual(['0 apply 0 1']);
    await close(flusher);
  });

  it('pause for their whole time after a failure, whatever the log announces', async () => {
    entries = [entry(1)];
    let failures = 2;
    const whole = apply;
    apply = (from, batch) => {
      wake();
      if (failures-- > 0) throw new Error('away');
      return whole(from, batch);
    };
    const flusher = open();
    await clock.run(1_000);
    expect(applied()).toEqual(['0 apply 0 1', '75 apply 0 1', '225 apply 0 1']);
    await close(flusher);
  });

  it('linger for their whole time, whatever the log announces', async () => {
    [entries, settled] = [[entry(1)], -1];
    const settleWhatIsApplied = async () => {
      settled = 0;
      wake();
    };
    const settlement = { settle: async () => void (settled = 1), settleWhatIsApplied };
    const flusher = open({ lingerMs: 40, settlement });
    await clock.run(100);
    expect(applied()).toEqual(['40 apply 0 1']);
    await close(flusher);
  });

  it('settle what is applied already, and only then', async () => {
    [stored, settled, entries] = [3, 1, [2, 3].map(entry)];
    const flusher = open();
    await clock.run(100);
    expect(calls.filter((call) => call.includes('settle'))).toHaveLength(1);
    await clock.run(10_000);
    expect(calls.filter((call) => call.includes('settle'))).toHaveLength(1);
    await close(flusher);
  });

  it('skip and report entries that the log has lost', async () => {
    entries = [4, 5].map(entry);
    const flusher = open();
    await clock.run(10);
    expect(losses).toEqual([{ lostBy: 'log', from: 1, to: 3 }]);
    expect(calls.filter((call) => /skip|apply/.test(call))).toEqual(['0 skip 0 3', '0 apply 3 4,5']);
    await close(flusher);
  });

  it('do not take entries for lost that another process has applied and settled', async () => {
    const flusher = open({
      store: {
        position: async () => (stored += 2),
        skip: async () => note('skip'),
        apply: async () => undefined,
      },
    });
    settled = 4;
    await clock.run(10);
    expect([losses, calls.filter((call) => call.includes('skip'))]).toEqual([[], []]);
    await close(flusher);
  });

  it('go on where another process has come to', async () => {
    entries = [1, 2, 3, 4].map(entry);
    const whole = apply;
    apply = (from, batch) => (from === 0 ? { outcome: 'moved', position: 2 } : whole(from, batch));
    const flusher = open();
    await clock.run(10);
    expect(applied()).toEqual(['0 apply 0 1,2,3,4', '0 apply 2 3,4']);
    await close(flusher);
  });

  it('fail when the store refuses a batch although its position is the same: it belongs to another log', async () => {
    entries = [entry(1)];
    apply = (from) => ({ outcome: 'moved', position: from });
    const flusher = open();
    await clock.run(50);
    expect(errors).toEqual([
      { message: 'the write-behind log is unavailable; nothing was written', retryInMs: 75 },
    ]);
    await close(flusher);
  });
});
