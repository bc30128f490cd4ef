import { describe, expect, it } from '@jest/globals';
import { Batcher, type BatcherOptions, type Wanted } from './batcher.ts';

/** Creates a batcher of numbers. The test ends its batches; a negative number fails its batch. */
function batcherOfNumbers(options: Partial<BatcherOptions> = {}) {
  const batches: number[][] = [];
  const gates: (() => void)[] = [];
  const batcher = new Batcher<number, string>(
    async (numbers) => {
      batches.push([...numbers]);
      await new Promise<void>((resolve) => gates.push(resolve));
      if (numbers.some((number) => number < 0)) throw new Error(`failed: ${numbers.join()}`);
      return numbers.map((number) => `done ${number}`);
    },
    { isAboutAll: () => false, overloaded: () => new Error('overloaded'), ...options },
  );
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const end = async () => {
    gates.shift()!();
    await turn();
  };
  const add = (number: number, { untilMs = Infinity, signal }: Partial<Wanted> = {}) =>
    batcher.add(number, { untilMs, signal });
  return { add, batches, turn, end };
}

describe('a batcher', () => {
  it('runs the items of one turn of the event loop together, and returns to each its own result', async () => {
    const { add, batches, turn, end } = batcherOfNumbers();
    const answers = Promise.all([add(1), add(2), add(3)]);
    await turn();
    await end();
    expect(await answers).toEqual(['done 1', 'done 2', 'done 3']);
    expect(batches).toEqual([[1, 2, 3]]);
  });

  it('runs two batches of at most 32 items concurrently; later items join the next batch', async () => {
    const { add, batches, turn, end } = batcherOfNumbers();
    const answers = Array.from({ length: 70 }, (_, number) => add(number));
    await turn();
    expect(batches.map(({ length }) => length)).toEqual([32, 32]);
    answers.push(add(70));
    await turn();
    expect(batches).toHaveLength(2);
    await end();
    expect(batches[2]).toEqual([64, 65, 66, 67, 68, 69, 70]);
    await end();
    await end();
    expect(await Promise.all(answers)).toHaveLength(71);
  });

  it('retries each item alone when a batch fails, so that only the invalid item fails', async () => {
    const { add, batches, turn, end } = batcherOfNumbers();
    const answers = Promise.allSettled([add(1), add(-2), add(3)]);
    await turn();
    for (let n = 0; n < 4; n++) await end();
    expect(await answers).toEqual([
      { status: 'fulfilled', value: 'done 1' },
      { status: 'rejected', reason: new Error('failed: -2') },
      { status: 'fulfilled', value: 'done 3' },
    ]);
    expect(batches).toEqual([[1, -2, 3], [1], [-2], [3]]);
  });

  it('stops retrying items alone at the first error that concerns all items', async () => {
    const isAboutAll = (error: unknown) => (error as Error).message === 'failed: -3';
    const { add, batches, turn, end } = batcherOfNumbers({ isAboutAll });
    const answers = Promise.allSettled([1, -2, -3, 4, 5].map((number) => add(number)));
    await turn();
    for (let n = 0; n < 4; n++) await end();
    expect(await answers).toMatchObject([
      { value: 'done 1' },
      { reason: new Error('failed: -2') },
      { reason: new Error('failed: -3') },
      { reason: new Error('failed: -3') },
      { reason: new Error('failed: -3') },
    ]);
    expect(batches).toEqual([[1, -2, -3, 4, 5], [1], [-2], [-3]]);
  });

  it('rejects an item immediately when its queue is full', async () => {
    const { add, batches, turn, end } = batcherOfNumbers({ maxInFlight: 1, maxBatchSize: 1, maxWaiting: 2 });
    const running = add(1);
    await turn();
    const waiting = [add(2), add(3)];
    await expect(add(4)).rejects.toThrow('overloaded');
    for (let n = 0; n < 3; n++) await end();
    expect(await Promise.all([running, ...waiting])).toEqual(['done 1', 'done 2', 'done 3']);
    expect(batches).toEqual([[1], [2], [3]]);
  });

  it('rejects an item in time behind a batch that hangs, and never runs the item', async () => {
    const { add, batches, turn, end } = batcherOfNumbers({ maxInFlight: 1 });
    const hanging = add(1);
    await turn();
    const late = add(2, { untilMs: performance.now() + 20 });
    const patient = add(3);
    await expect(late).rejects.toThrow('overloaded');
    await end();
    await end();
    expect(await Promise.all([hanging, patient])).toEqual(['done 1', 'done 3']);
    expect(batches).toEqual([[1], [3]]);
  });

  it('never runs an item whose client disconnected while the item waited', async () => {
    const { add, batches, turn, end } = batcherOfNumbers({ maxInFlight: 1 });
    const client = new AbortController();
    const running = add(1);
    await turn();
    const abandoned = expect(add(2, { signal: client.signal })).rejects.toThrow('the client has left');
    client.abort(new Error('the client has left'));
    await end();
    await abandoned;
    expect(await running).toBe('done 1');
    expect(batches).toEqual([[1]]);
  });

  it('retries alone only items whose client is still connected', async () => {
    const { add, batches, turn, end } = batcherOfNumbers();
    const client = new AbortController();
    const answers = Promise.allSettled([add(1), add(-2), add(3, { signal: client.signal })]);
    await turn();
    client.abort(new Error('the client has left'));
    for (let n = 0; n < 3; n++) await end();
    expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(batches).toEqual([[1, -2, 3], [1], [-2]]);
  });

  it('fails all items of a batch without retries when the error concerns all items', async () => {
    const { add, batches, turn, end } = batcherOfNumbers({ isAboutAll: () => true });
    const answers = Promise.allSettled([add(1), add(-2)]);
    await turn();
    await end();
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(batches).toHaveLength(1);
  });
});
