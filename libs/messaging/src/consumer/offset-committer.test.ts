import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@groundwork/testing';
import { SILENT } from '../../test/silent-logger.ts';
import { type PartitionFence } from '../fence/partition-fence.ts';
import { type GroupSession } from './group-session.ts';
import { OffsetCommitter } from './offset-committer.ts';
import { type PartitionPipeline } from './partition-pipeline.ts';

/** Creates a session whose commits end when the test ends them, and a pipeline that always has an offset to commit. */
function slowCommits(fence?: PartitionFence, noteLimitMs?: number) {
  const underWay: PromiseWithResolvers<void>[] = [];
  const counts = { started: 0, most: 0 };
  const generations: number[] = [];
  const session = {
    commit: (generation: number) => {
      const commit = Promise.withResolvers<void>();
      underWay.push(commit);
      generations.push(generation);
      counts.started += 1;
      counts.most = Math.max(counts.most, underWay.length);
      return commit.promise;
    },
  } as unknown as GroupSession;
  const markCommitted = jest.fn();
  const pipeline = {
    of: { topic: 'orders', partition: 0 },
    claim: { group: 'shop', topic: 'orders', partition: 0, epoch: '1' },
    uncommitted: { offset: 1n, hasMoved: true, metadata: '', version: 1 },
    markCommitted,
  } as unknown as PartitionPipeline;
  const pipelines = new Map([['orders:0', pipeline]]);
  let generation = 1;
  const current = () => ({ session, generation, pipelines });
  const committer = new OffsetCommitter(SILENT, current, fence, noteLimitMs);
  const rebalance = () => void (generation += 1);
  const end = async (error?: Error) => {
    for (const commit of underWay.splice(0)) {
      if (error === undefined) commit.resolve();
      else commit.reject(error);
    }
    await jest.advanceTimersByTimeAsync(0);
  };
  return { committer, counts, generations, end, markCommitted, rebalance };
}

describe('the offset committer', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('runs one commit at a time, and one more after a slow commit for all requests made meanwhile', async () => {
    const { committer, counts, end } = slowCommits();
    for (let asked = 0; asked < 10; asked += 1) {
      committer.soon();
      await jest.advanceTimersByTimeAsync(100);
    }
    expect(counts).toEqual({ started: 1, most: 1 });
    await end();
    expect(counts).toEqual({ started: 2, most: 1 });
    await end();
    expect(counts).toEqual({ started: 2, most: 1 });
  });

  it('commits under the generation of the handled events, even when it ends while the database stores the offsets', async () => {
    const noted = Promise.withResolvers<void>();
    const { committer, generations, rebalance } = slowCommits({ advance: () => noted.promise } as never);
    committer.soon();
    await jest.advanceTimersByTimeAsync(100);
    rebalance();
    noted.resolve();
    await jest.advanceTimersByTimeAsync(0);
    expect(generations).toEqual([1]);
  });

  it('commits while the database hangs, because all partitions of the process share one commit', async () => {
    jest.useRealTimers();
    const { committer, counts } = slowCommits({ advance: () => new Promise(() => undefined) } as never, 20);
    committer.now();
    await eventually(() => counts.started === 1);
  });

  it('retries a failed commit, and marks offsets as committed only after the broker has acknowledged them', async () => {
    const { committer, counts, end, markCommitted } = slowCommits();
    committer.soon();
    await jest.advanceTimersByTimeAsync(100);
    await end(new Error('the coordinator moves'));
    expect(markCommitted).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(counts.started).toBe(2);
    await end();
    expect(markCommitted).toHaveBeenCalledTimes(1);
  });

  it('commits to the broker even when the database cannot store the offsets', async () => {
    const advance = () => Promise.reject(new Error('the database is away'));
    const { committer, counts } = slowCommits({ advance } as never);
    committer.soon();
    await jest.advanceTimersByTimeAsync(100);
    expect(counts.started).toBe(1);
  });

  it('commits the finished offsets on close, after a slow commit has ended', async () => {
    const { committer, counts, end } = slowCommits();
    committer.soon();
    await jest.advanceTimersByTimeAsync(100);
    const closed = committer.close();
    await end();
    expect(counts).toEqual({ started: 2, most: 1 });
    await end();
    await closed;
    committer.soon();
    await jest.advanceTimersByTimeAsync(100);
    expect(counts.started).toBe(2);
  });
});
