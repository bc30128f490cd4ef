import { describe, expect, it } from '@jest/globals';
import { messageOf, settled } from '../../test/test-pipeline.ts';
import { DatabaseError } from '../sql/database.error.ts';
import { AttemptHeldError } from '../started-attempts/attempt-held.error.ts';
import { PartitionBatches, type Taken } from './partition-batches.ts';
import { type BatchHandler } from './record-processor.ts';

const LIMIT = 3;

const handlerOf = (type: string): BatchHandler => ({
  eventType: { type } as BatchHandler['eventType'],
  limit: LIMIT,
  handleBatch: () => Promise.resolve(),
});
const orders = handlerOf('orders');
const prices = handlerOf('prices');

/** Creates batches whose attempts end when the test ends them, and a log of what happens, in order. */
function testBatches() {
  const log: string[] = [];
  const handlers = new Map<unknown, BatchHandler>();
  const attempts: PromiseWithResolvers<void>[] = [];
  let offset = 0;
  const named = (batch: readonly Taken[]) => batch.map(({ message }) => message.offset).join(' ');
  const batches = new PartitionBatches({
    handlerOf: (message) => handlers.get(message),
    keyOf: ({ key }) => String(key),
    handle: (handler, batch) => {
      log.push(`${handler.eventType.type}: ${named(batch)}`);
      attempts.push(Promise.withResolvers());
      return attempts.at(-1)!.promise;
    },
    submitOne: (taken) => log.push(`one: ${named([taken])}`),
    finished: (_handler, batch) => log.push(`finished: ${named(batch)}`),
    attempted: (_batches, error) => log.push(error === undefined ? 'answered' : 'unavailable'),
    held: (_handler, batch, _error, holds) => log.push(`held ${holds}: ${named(batch)}`),
    split: (error, batch) => log.push(`split: ${named(batch)}: ${(error as Error).message}`),
  });
  return {
    batches,
    log,
    /** Adds a message for each key, with the next offsets from 0. */
    add: async (keys: string, handler: BatchHandler | 'single' = orders) => {
      const taken = [...keys].map((key): Taken => {
        const message = messageOf(offset, key);
        if (handler !== 'single') handlers.set(message, handler);
        return { message, sequence: offset++, arrival: { unfinished: 1, release: () => undefined } };
      });
      batches.add(taken);
      await settled();
    },
    /** Ends the running attempt. */
    end: async (error?: Error) => {
      if (error === undefined) attempts.at(-1)?.resolve();
      else attempts.at(-1)?.reject(error);
      await settled();
    },
    /** Waits until the log contains the line. */
    until: async (line: string) => {
      while (!log.includes(line)) await settled();
    },
  };
}

describe('the messages of a partition', () => {
  it('come in batches up to the limit of the handler, in the order of their offsets, one batch at a time', async () => {
    const { batches, log, add, end } = testBatches();
    void add('ab');
    await add('cde');
    expect([log, batches.size]).toEqual([['orders: 0 1 2'], 5]);
    await end();
    expect([log.slice(1), batches.size]).toEqual([['answered', 'finished: 0 1 2', 'orders: 3 4'], 2]);
    await end();
    expect([log.slice(4), batches.size]).toEqual([['answered', 'finished: 3 4'], 0]);
    await add('f');
    expect([log.slice(6), batches.size]).toEqual([['orders: 5'], 1]);
  });

  it('are in batches of one handler only', async () => {
    const { log, add, end } = testBatches();
    void add('a', orders);
    void add('b', prices);
    await add('c', orders);
    await end();
    await end();
    expect(log.filter((line) => /^(orders|prices)/.test(line))).toEqual([
      'orders: 0',
      'prices: 1',
      'orders: 2',
    ]);
  });
});

describe('a message that cannot be in a batch', () => {
  it('is submitted at once, and does not end the batch', async () => {
    const { log, add } = testBatches();
    void add('a');
    void add('b', 'single');
    await add('c');
    expect(log).toEqual(['one: 1', 'orders: 0 2']);
  });

  it.each([
    ['the first message of the batch', 'abc', 'a'],
    ['the last message of the batch', 'abc', 'c'],
  ])('comes after the batch when it has the key of %s', async (_name, keys, key) => {
    const { log, add, end } = testBatches();
    void add(keys.slice(0, 2));
    void add('x', 'single');
    void add(keys.slice(2));
    void add(key, 'single');
    await add('d');
    expect(log).toEqual(['one: 2', 'orders: 0 1 3']);
    await end();
    expect(log.slice(4)).toEqual(['one: 4', 'orders: 5']);
  });
});

describe('a batch that fails', () => {
  const unavailable = () => new DatabaseError('unavailable', new Error('the connection was lost'));

  it('is split into its messages if another reason than infrastructure stopped it', async () => {
    const { log, add, end } = testBatches();
    await add('abcd');
    await end(new Error('not this one'));
    expect(log).toEqual([
      'orders: 0 1 2',
      'answered',
      'split: 0 1 2: not this one',
      'one: 0',
      'one: 1',
      'one: 2',
      'orders: 3',
    ]);
  });

  it('is split after a statement timeout, because the batch may be too large', async () => {
    const { log, add, end } = testBatches();
    await add('ab');
    await end(new DatabaseError('overloaded', new Error('statement timeout')));
    expect(log.slice(-2)).toEqual(['one: 0', 'one: 1']);
  });

  it('is retried as a whole while the database is unavailable, with the number of its holds', async () => {
    const { log, add, end, until } = testBatches();
    await add('ab');
    await end(unavailable());
    expect(log).toEqual(['orders: 0 1', 'unavailable', 'held 1: 0 1']);
    log.length = 0;
    await until('orders: 0 1');
    await end(unavailable());
    expect(log).toEqual(['orders: 0 1', 'unavailable', 'held 2: 0 1']);
    log.length = 0;
    await until('orders: 0 1');
    await end();
    expect(log).toEqual(['orders: 0 1', 'answered', 'finished: 0 1']);
  });

  it('is retried after the pause of an operator, which is not a hold', async () => {
    const { batches, log, add, end } = testBatches();
    await add('ab');
    batches.halt();
    await end(new AttemptHeldError());
    expect(log).toEqual(['orders: 0 1']);
    batches.release();
    await settled();
    expect(log).toEqual(['orders: 0 1', 'orders: 0 1']);
  });

  it('is not retried while the batches are halted', async () => {
    const { batches, log, add, end, until } = testBatches();
    await add('a');
    await end(unavailable());
    batches.halt();
    log.length = 0;
    // The partition waits for the retry of another batch, which is due later than that of this one.
    const other = testBatches();
    await other.add('a');
    await other.end(unavailable());
    other.log.length = 0;
    await other.until('orders: 0');
    await other.end(unavailable());
    other.log.length = 0;
    await other.until('orders: 0');
    expect(log).toEqual([]);
    batches.release();
    await until('orders: 0');
  });
});

describe('halted batches', () => {
  it('start nothing, and end what runs', async () => {
    const { batches, log, add, end } = testBatches();
    batches.halt();
    batches.halt();
    await add('abc');
    expect([log, batches.size]).toEqual([[], 3]);
    batches.release();
    await add('d');
    expect(log).toEqual(['orders: 0 1 2']);
    batches.halt();
    await end();
    expect(log.slice(1)).toEqual(['answered', 'finished: 0 1 2']);
    batches.release();
    await settled();
    expect(log.slice(3)).toEqual(['orders: 3']);
  });
});

describe('closed batches', () => {
  it('end the running batch, and start no other', async () => {
    const { batches, log, add, end } = testBatches();
    await add('abcd');
    const closed = batches.close();
    await end();
    await closed;
    expect(log).toEqual(['orders: 0 1 2', 'answered', 'finished: 0 1 2']);
    expect(batches.size).toBe(0);
  });

  it('do not split a batch that fails: another member handles its messages', async () => {
    const { batches, log, add, end } = testBatches();
    await add('ab');
    const closed = batches.close();
    await end(new Error('not this one'));
    await closed;
    expect(log).toEqual(['orders: 0 1', 'answered']);
  });

  it('do not wait for the retry of a batch', async () => {
    const { batches, log, add, end } = testBatches();
    await add('a');
    await end(new DatabaseError('unavailable', new Error('the connection was lost')));
    await batches.close();
    expect(log).toEqual(['orders: 0', 'unavailable', 'held 1: 0']);
  });

  it('cannot be halted, so closing never waits for an operator', async () => {
    const { batches, log, add, end } = testBatches();
    await add('a');
    batches.halt();
    const closed = batches.close();
    batches.halt();
    await end();
    await closed;
    expect(log).toContain('finished: 0');
  });
});
