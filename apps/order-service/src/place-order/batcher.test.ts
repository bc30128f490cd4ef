import { describe, expect, it } from '@jest/globals';
import { Batcher, type BatcherOptions } from './batcher.ts';

/** A batcher of numbers whose batches end when the test says so; a negative number fails its batch. */
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
    { isAboutAll: () => false, ...options },
  );
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const end = async () => {
    gates.shift()!();
    await turn();
  };
  return { batcher, batches, turn, end };
}

describe('a batcher', () => {
  it('does together what was asked for in one turn, and answers each its own', async () => {
    const { batcher, batches, turn, end } = batcherOfNumbers();
    const answers = Promise.all([batcher.add(1), batcher.add(2), batcher.add(3)]);
    await turn();
    await end();
    expect(await answers).toEqual(['done 1', 'done 2', 'done 3']);
    expect(batches).toEqual([[1, 2, 3]]);
  });

  it('keeps two batches under way, of 32 at most; what comes meanwhile goes with the next', async () => {
    const { batcher, batches, turn, end } = batcherOfNumbers();
    const answers = Array.from({ length: 70 }, (_, number) => batcher.add(number));
    await turn();
    expect(batches.map(({ length }) => length)).toEqual([32, 32]);
    answers.push(batcher.add(70));
    await turn();
    expect(batches).toHaveLength(2);
    await end();
    expect(batches[2]).toEqual([64, 65, 66, 67, 68, 69, 70]);
    await end();
    await end();
    expect(await Promise.all(answers)).toHaveLength(71);
  });

  it('tries each alone when a batch fails, so that only the bad one does', async () => {
    const { batcher, batches, turn, end } = batcherOfNumbers();
    const answers = Promise.allSettled([batcher.add(1), batcher.add(-2), batcher.add(3)]);
    await turn();
    for (let n = 0; n < 4; n++) await end();
    expect(await answers).toEqual([
      { status: 'fulfilled', value: 'done 1' },
      { status: 'rejected', reason: new Error('failed: -2') },
      { status: 'fulfilled', value: 'done 3' },
    ]);
    expect(batches).toEqual([[1, -2, 3], [1], [-2], [3]]);
  });

  it('stops trying singly at the first error that is about all', async () => {
    const isAboutAll = (error: unknown) => (error as Error).message === 'failed: -3';
    const { batcher, batches, turn, end } = batcherOfNumbers({ isAboutAll });
    const answers = Promise.allSettled([1, -2, -3, 4, 5].map((number) => batcher.add(number)));
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

  it('fails all at once when the error is about all', async () => {
    const { batcher, batches, turn, end } = batcherOfNumbers({ isAboutAll: () => true });
    const answers = Promise.allSettled([batcher.add(1), batcher.add(-2)]);
    await turn();
    await end();
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(batches).toHaveLength(1);
  });
});
