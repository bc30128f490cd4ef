import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SILENT } from '../../test/silent-logger.ts';
import { type PartitionFence } from '../fence/partition-fence.ts';
import { type GroupSession } from './group-session.ts';
import { OffsetCommitter } from './offset-committer.ts';
import { type PartitionPipeline } from './partition-pipeline.ts';

/** A session whose commits end when the test says so, and a pipeline that always has something to commit. */
function slowCommits(fence?: PartitionFence) {
  const underWay: PromiseWithResolvers<void>[] = [];
  const counts = { started: 0, most: 0 };
  const session = {
    commit: () => {
      const commit = Promise.withResolvers<void>();
      underWay.push(commit);
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
  let pipelines = new Map([['orders:0', pipeline]]);
  const committer = new OffsetCommitter(SILENT, () => ({ session, pipelines }), fence);
  const rebalance = () => void (pipelines = new Map());
  const end = async (error?: Error) => {
    for (const commit of underWay.splice(0)) {
      if (error === undefined) commit.resolve();
      else commit.reject(error);
    }
    await jest.advanceTimersByTimeAsync(0);
  };
  return { committer, counts, end, markCommitted, rebalance };
}

describe('the offset committer', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('never commits twice at once, and once more after a slow commit, however often it was asked meanwhile', async () => {
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

  it('does not commit under the next generation what was finished in one that ended while the database took note', async () => {
    const noted = Promise.withResolvers<void>();
    const { committer, counts, rebalance } = slowCommits({ advance: () => noted.promise } as never);
    committer.soon();
    await jest.advanceTimersByTimeAsync(100);
    rebalance();
    noted.resolve();
    await jest.advanceTimersByTimeAsync(0);
    expect(counts.started).toBe(0);
  });

  it('tries a commit that has failed again, and counts nothing as committed before the broker has said so', async () => {
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

  it('commits to the broker also while the database cannot take note', async () => {
    const advance = () => Promise.reject(new Error('the database is away'));
    const { committer, counts } = slowCommits({ advance } as never);
    committer.soon();
    await jest.advanceTimersByTimeAsync(100);
    expect(counts.started).toBe(1);
  });

  it('commits after a slow commit what was finished when it closes', async () => {
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
