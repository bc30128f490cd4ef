import { describe, expect, it, jest } from '@jest/globals';
import { KeyedExecutor, type RunAgain } from './keyed-executor.ts';

/** Creates a task that ends when the test opens the gate. */
function gate() {
  let open!: (again?: RunAgain) => void;
  const opened = new Promise<RunAgain | undefined>((resolve) => (open = resolve));
  return { open, task: () => opened };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a keyed executor', () => {
  it('runs the tasks of a key one after the other, and tasks of other keys concurrently', async () => {
    const executor = new KeyedExecutor({ concurrency: 4 });
    const log: string[] = [];
    const first = gate();
    executor.submit('a', async () => {
      log.push('a1');
      return first.task();
    });
    executor.submit('a', async () => void log.push('a2') as undefined);
    executor.submit('b', async () => void log.push('b1') as undefined);
    await settled();
    expect(log).toEqual(['a1', 'b1']);
    first.open();
    await settled();
    expect(log).toEqual(['a1', 'b1', 'a2']);
    expect(executor.size).toBe(0);
  });

  it.each([0, -1, 1.5, Number.NaN])(
    'refuses a concurrency of %s because it is not a whole number of at least 1',
    (concurrency) => {
      expect(() => new KeyedExecutor({ concurrency })).toThrow(RangeError);
    },
  );

  it('reports which keys have queued, running or waiting work', async () => {
    const executor = new KeyedExecutor({ concurrency: 1 });
    const running = gate();
    executor.submit('a', running.task);
    executor.submit('b', async () => undefined);
    expect(['a', 'b', 'c'].map((key) => executor.has(key))).toEqual([true, true, false]);
    running.open({ againInMs: 60_000 });
    await settled();
    expect(['a', 'b'].map((key) => executor.has(key))).toEqual([true, false]);
    await executor.close();
    expect(executor.has('a')).toBe(false);
  });

  it('never runs more tasks at once than its concurrency', async () => {
    const executor = new KeyedExecutor({ concurrency: 3 });
    let running = 0;
    let most = 0;
    for (let key = 0; key < 50; key += 1) {
      executor.submit(`${key}`, async () => {
        running += 1;
        most = Math.max(most, running);
        await settled();
        running -= 1;
        return undefined;
      });
    }
    while (executor.size > 0) await settled();
    expect(most).toBe(3);
  });

  it('frees the slot of a waiting key and keeps the order of its later tasks', async () => {
    const executor = new KeyedExecutor({ concurrency: 1 });
    const log: string[] = [];
    let attempts = 0;
    executor.submit('a', async () => {
      attempts += 1;
      log.push(`a1 attempt ${attempts}`);
      return attempts < 3 ? { againInMs: 1 } : undefined;
    });
    executor.submit('a', async () => void log.push('a2') as undefined);
    for (let index = 0; index < 3; index += 1)
      executor.submit('b', async () => void log.push('b') as undefined);
    while (executor.size > 0) await settled();
    expect(log.filter((line) => line.startsWith('a'))).toEqual([
      'a1 attempt 1',
      'a1 attempt 2',
      'a1 attempt 3',
      'a2',
    ]);
    expect(log.indexOf('b')).toBeLessThan(log.indexOf('a1 attempt 2'));
  });

  it.each(['running', 'suspended'])(
    'never exceeds its concurrency when many delays end together (%s)',
    async (state) => {
      const executor = new KeyedExecutor({ concurrency: 4 });
      let running = 0;
      let most = 0;
      let failed = 0;
      const failOnce = () => {
        let attempts = 0;
        return async () => {
          attempts += 1;
          most = Math.max(most, (running += 1));
          await settled();
          running -= 1;
          if (attempts > 1) return undefined;
          failed += 1;
          return { againInMs: 50 };
        };
      };
      for (let key = 0; key < 100; key += 1) executor.submit(`${key}`, failOnce());
      while (failed < 100) await settled();
      if (state === 'suspended') executor.suspend();
      while (executor.size > 0) await settled();
      expect(most).toBe(4);
    },
  );

  it('ends a delay early when its sooner promise resolves, and runs the task once', async () => {
    const executor = new KeyedExecutor({ concurrency: 1 });
    const came = Promise.withResolvers<void>();
    let attempts = 0;
    executor.submit('a', async () => {
      attempts += 1;
      return attempts === 1 ? { againInMs: 60_000, sooner: came.promise } : { againInMs: 60_000 };
    });
    await settled();
    expect(attempts).toBe(1);
    came.resolve();
    await settled();
    expect(attempts).toBe(2);
    await executor.close();
  });

  it('does not run a task whose delay ends after it was closed', async () => {
    const executor = new KeyedExecutor({ concurrency: 1 });
    const came = Promise.withResolvers<void>();
    let attempts = 0;
    executor.submit('a', async () => {
      attempts += 1;
      return { againInMs: 60_000, sooner: came.promise };
    });
    await settled();
    await executor.close();
    came.resolve();
    await settled();
    expect(attempts).toBe(1);
  });

  it('starts no fresh key while suspended, but retries keys whose delay has ended', async () => {
    const executor = new KeyedExecutor({ concurrency: 2 });
    const log: string[] = [];
    let attempts = 0;
    executor.submit('a', async () => {
      log.push('a');
      attempts += 1;
      return attempts === 1 ? { againInMs: 1 } : undefined;
    });
    executor.suspend();
    executor.submit('b', async () => void log.push('b') as undefined);
    while (attempts < 2) await settled();
    await settled();
    expect(log).toEqual(['a', 'a']);
    executor.resume();
    await settled();
    expect(log).toEqual(['a', 'a', 'b']);
  });

  it('starts no key that is submitted while it is suspended, and one at once when a probe finds a slot free', async () => {
    const executor = new KeyedExecutor({ concurrency: 2 });
    const log: string[] = [];
    executor.suspend();
    for (const key of ['a', 'b']) executor.submit(key, async () => void log.push(key) as undefined);
    await settled();
    expect(log).toEqual([]);
    executor.probe();
    await settled();
    expect(log).toEqual(['a']);
    await executor.close();
  });

  it('starts no task that is submitted after it was closed, and leaves no timer behind', async () => {
    const executor = new KeyedExecutor({ concurrency: 1 });
    const log: string[] = [];
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    executor.submit('a', async () => Promise.resolve({ againInMs: 60_000 }));
    await settled();
    expect(jest.getTimerCount()).toBe(1);
    await executor.close();
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
    executor.submit('b', async () => void log.push('b') as undefined);
    await settled();
    expect([log, executor.size, executor.has('b')]).toEqual([[], 0, false]);
  });

  it('delays no task that asks for it after the executor was closed, and tells no one that it is idle', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const executor = new KeyedExecutor({ concurrency: 2 });
    const [again, ending] = [gate(), gate()];
    executor.submit('a', again.task);
    executor.submit('b', ending.task);
    let isIdle = false;
    void executor.whenIdle().then(() => (isIdle = true));
    const closing = executor.close();
    again.open({ againInMs: 60_000 });
    ending.open();
    await closing;
    await settled();
    expect([jest.getTimerCount(), isIdle, executor.size]).toEqual([0, false, 0]);
    jest.useRealTimers();
  });

  it('ends a delay once, whether the clock or the task itself ends it first', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const executor = new KeyedExecutor({ concurrency: 2 });
    for (const isSooner of [true, false]) {
      const [running, came] = [gate(), Promise.withResolvers<void>()];
      let attempts = 0;
      executor.submit('a', async () => {
        attempts += 1;
        return attempts === 1 ? { againInMs: 1_000, sooner: came.promise } : running.task();
      });
      await settled();
      if (isSooner) came.resolve();
      else await jest.advanceTimersByTimeAsync(1_000);
      await settled();
      expect([attempts, jest.getTimerCount()]).toEqual([2, 0]);
      if (isSooner) await jest.advanceTimersByTimeAsync(1_000);
      else came.resolve();
      await settled();
      expect(attempts).toBe(2);
      running.open();
      await executor.whenIdle();
    }
    jest.useRealTimers();
  });

  it('starts one fresh key for each probe while suspended, but none while halted', async () => {
    const executor = new KeyedExecutor({ concurrency: 1 });
    const log: string[] = [];
    const running = gate();
    executor.submit('a', running.task);
    executor.suspend();
    for (const key of ['b', 'c', 'd']) executor.submit(key, async () => void log.push(key) as undefined);
    expect(executor.probe()).toBe(true);
    running.open();
    await settled();
    expect(log).toEqual(['b']);
    executor.halt();
    executor.probe();
    await settled();
    expect(log).toEqual(['b']);
    executor.release();
    await settled();
    expect(log).toEqual(['b', 'c']);
    executor.resume();
    await settled();
    expect([log, executor.probe()]).toEqual([['b', 'c', 'd'], false]);
  });

  it('starts neither fresh keys nor keys whose delay has ended while halted, and keeps their order', async () => {
    const executor = new KeyedExecutor({ concurrency: 4 });
    const log: string[] = [];
    const came = Promise.withResolvers<void>();
    let attempts = 0;
    executor.submit('a', async () => {
      log.push(`a1 attempt ${(attempts += 1)}`);
      return attempts === 1 ? { againInMs: 60_000, sooner: came.promise } : undefined;
    });
    executor.submit('a', async () => void log.push('a2') as undefined);
    await settled();
    executor.halt();
    came.resolve();
    executor.submit('b', async () => void log.push('b') as undefined);
    await settled();
    expect(log).toEqual(['a1 attempt 1']);
    executor.release();
    await settled();
    expect(log).toEqual(['a1 attempt 1', 'a1 attempt 2', 'b', 'a2']);
    expect(executor.size).toBe(0);
  });

  it('lets a running task end while halted, and does not start the next task of its key', async () => {
    const executor = new KeyedExecutor({ concurrency: 1 });
    const log: string[] = [];
    const running = gate();
    executor.submit('a', running.task);
    executor.submit('a', async () => void log.push('a2') as undefined);
    executor.halt();
    running.open();
    await settled();
    expect([log, executor.size]).toEqual([[], 1]);
    executor.release();
    await settled();
    expect(log).toEqual(['a2']);
  });

  it('runs tasks with finishes while halted, including their retries', async () => {
    const executor = new KeyedExecutor({ concurrency: 1 });
    const log: string[] = [];
    const came = Promise.withResolvers<void>();
    executor.halt();
    executor.submit('a', async () => void log.push('a') as undefined);
    const finish = async () => {
      log.push('finish');
      return log.length === 1 ? { againInMs: 60_000, sooner: came.promise } : undefined;
    };
    executor.submit('the end of b', finish, { finishes: true });
    await settled();
    expect(log).toEqual(['finish']);
    came.resolve();
    await settled();
    expect(log).toEqual(['finish', 'finish']);
  });

  it('keeps a halt and a suspension independent: ending one does not end the other', async () => {
    const executor = new KeyedExecutor({ concurrency: 1 });
    const log: string[] = [];
    executor.suspend();
    executor.halt();
    executor.submit('a', async () => void log.push('a') as undefined);
    executor.resume();
    await settled();
    expect(log).toEqual([]);
    executor.suspend();
    executor.release();
    await settled();
    expect(log).toEqual([]);
    executor.resume();
    await settled();
    expect(log).toEqual(['a']);
  });

  it('can be closed while it is halted', async () => {
    const executor = new KeyedExecutor({ concurrency: 1 });
    let ran = 0;
    executor.halt();
    executor.submit('a', async () => void (ran += 1) as undefined);
    await executor.close();
    executor.release();
    await settled();
    expect(ran).toBe(0);
  });

  it('waits for running tasks when it closes, and drops all others', async () => {
    const executor = new KeyedExecutor({ concurrency: 1 });
    const running = gate();
    let ran = 0;
    executor.submit('a', running.task);
    executor.submit('a', async () => void (ran += 1) as undefined);
    executor.submit('b', async () => void (ran += 1) as undefined);
    let closed = false;
    const closing = executor.close().then(() => (closed = true));
    await settled();
    expect(closed).toBe(false);
    running.open({ againInMs: 0 });
    await closing;
    await settled();
    expect(ran).toBe(0);
  });
});
