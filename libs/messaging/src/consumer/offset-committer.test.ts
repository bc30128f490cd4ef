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
  const debug = jest.fn();
  const committer = new OffsetCommitter({ ...SILENT, debug }, current, fence, noteLimitMs);
  const rebalance = () => void (generation += 1);
  const end = async (error?: Error) => {
    for (const commit of underWay.splice(0)) {
      if (error === undefined) commit.resolve();
      else commit.reject(error);
    }
    await jest.advanceTimersByTimeAsync(0);
  };
  return { committer, counts, generations, end, markCommitted, rebalance, debug };
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
    const advance = () => new Promise(() => undefined);
    const { committer, counts, debug } = slowCommits({ advance } as never, 20);
    committer.now();
    await eventually(() => counts.started === 1);
    expect(debug.mock.calls).toEqual([
      [
        { err: expect.objectContaining({ message: 'storing offsets took longer than 20 ms' }) },
        expect.anything(),
      ],
    ]);
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

  it('commits once for all requests of one interval', async () => {
    const { committer, counts, end } = slowCommits();
    for (let asked = 0; asked < 3; asked += 1) committer.soon();
    await jest.advanceTimersByTimeAsync(100);
    await end();
    await end();
    expect(counts.started).toBe(1);
  });

  it('commits nothing after its last commit', async () => {
    const { committer, counts, end } = slowCommits();
    committer.soon();
    const closed = committer.close();
    await jest.advanceTimersByTimeAsync(0);
    await end();
    await closed;
    committer.now();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(counts.started).toBe(1);
  });
});

describe('one commit', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const claim = { group: 'shop', topic: 'orders', partition: 1, epoch: '7' };
  const pipelineOf = (partition: number, uncommitted?: object, claimed?: object) =>
    ({
      of: { topic: 'orders', partition },
      claim: claimed,
      uncommitted,
      markCommitted: () => undefined,
    }) as unknown as PartitionPipeline;

  /** Commits once, and returns what the broker, the database and the log received. */
  async function commitOnce(
    pipelines: readonly PartitionPipeline[],
    { inSession = true, brokerFails = false, databaseFails = false } = {},
  ) {
    const commit = jest.fn((..._sent: unknown[]) =>
      brokerFails ? Promise.reject(new Error('the coordinator moves')) : Promise.resolve(),
    );
    const advance = jest.fn((_progress: unknown) =>
      databaseFails ? Promise.reject(new Error('the database is away')) : Promise.resolve(),
    );
    const debug = jest.fn();
    const committer = new OffsetCommitter(
      { ...SILENT, debug },
      () => ({
        session: inSession ? { commit: commit as never } : undefined,
        generation: 3 as never,
        pipelines: new Map(pipelines.map((pipeline, n) => [String(n), pipeline])),
      }),
      { advance } as never,
    );
    committer.now();
    await jest.advanceTimersByTimeAsync(0);
    return { committed: commit.mock.calls, noted: advance.mock.calls, logged: debug.mock.calls };
  }

  it('has the offset and the notes of each partition that has finished something', async () => {
    const { committed } = await commitOnce([
      pipelineOf(0),
      pipelineOf(1, { offset: 8n, metadata: 'notes', hasMoved: true, version: 2 }),
    ]);
    expect(committed).toEqual([[3, [{ topic: 'orders', partition: 1, offset: '8', metadata: 'notes' }]]]);
  });

  it('is left out while no partition has finished anything, and outside a session', async () => {
    expect((await commitOnce([pipelineOf(0)])).committed).toEqual([]);
    const finished = pipelineOf(1, { offset: 8n, metadata: '', hasMoved: true, version: 2 }, claim);
    expect(await commitOnce([finished], { inSession: false })).toEqual({
      committed: [],
      noted: [],
      logged: [],
    });
  });

  it('stores in the database the offsets that have moved under a claim, and no others', async () => {
    const moved = { offset: 8n, metadata: '', hasMoved: true, version: 2 };
    const { noted } = await commitOnce([
      pipelineOf(0, moved),
      pipelineOf(1, moved, claim),
      pipelineOf(2, { ...moved, hasMoved: false }, { ...claim, partition: 2 }),
    ]);
    expect(noted).toEqual([[[{ claim, nextOffset: 8n }]]]);
    expect((await commitOnce([pipelineOf(0, moved)])).noted).toEqual([]);
  });

  it('logs the error of the broker, and the error of the database', async () => {
    const moved = pipelineOf(1, { offset: 8n, metadata: '', hasMoved: true, version: 2 }, claim);
    const errorsOf = async (failing: object) =>
      (await commitOnce([moved], failing)).logged.map(([fields]) => (fields as { err: Error }).err.message);
    expect(await errorsOf({ brokerFails: true })).toEqual(['the coordinator moves']);
    expect(await errorsOf({ databaseFails: true })).toEqual(['the database is away']);
  });
});
