import { eventually } from '@groundwork/testing';
import { describe, expect, it, jest } from '@jest/globals';
import { SILENT } from '../../test/silent-logger.ts';
import { partitions } from '../../test/test-opening.ts';
import { openPartitions } from './open-partitions.ts';
import { type PartitionPipeline, type TakeOver } from './partition-pipeline.ts';
import { type StartingPoint } from './starting-point.ts';
import { nameOf } from './topic-partition.ts';

describe('the opening of partitions', () => {
  it('reads the ends of the partitions after the claim, when the previous owner is fenced off', async () => {
    const { log, opening } = partitions([
      { topic: 'orders', partition: 0 },
      { topic: 'parked', partition: 0 },
    ]);
    await openPartitions(opening);
    expect(log).toEqual([
      'beginning of orders',
      'beginning of parked',
      'claim',
      'end of orders',
      'end of parked',
      'announce orders:0',
      'read parked:0',
      'open orders:0',
      'open parked:0',
    ]);
  });

  it.each([
    [undefined, false, false],
    ['oneself', false, false],
    ['alive', true, false],
    ['gone', true, true],
  ])('detects whether the previous owner has died: %s', async (owner, asksForMembers, hasDied) => {
    const { log, died, opening } = partitions([{ topic: 'orders', partition: 0 }], owner);
    await openPartitions(opening);
    expect(log.includes('members')).toBe(asksForMembers);
    expect(died).toEqual(new Map([['orders:0', hasDied]]));
  });
});

describe('a topic whose events must be known first', () => {
  const orders = (partition: number) => ({ topic: 'orders', partition });

  it('keeps the partitions of its own number shut until it is read through, and no others', async () => {
    const { log, opening } = partitions([orders(0), { topic: 'parked', partition: 0 }, orders(1)]);
    const isRead = Promise.withResolvers<void>();
    Object.assign(opening.pipelines[1] as object, { readThrough: () => isRead.promise });
    const opened = openPartitions(opening);
    await eventually(() => log.includes('open orders:1'));
    expect(log).not.toContain('open orders:0');
    isRead.resolve();
    await opened;
    expect(log.slice(-2)).toEqual(['open orders:0', 'open parked:0']);
  });

  it('announces its start itself, when it is read through', async () => {
    const { log, opening } = partitions([orders(0), { topic: 'parked', partition: 0 }]);
    await openPartitions(opening);
    expect(log.filter((step) => step.startsWith('announce'))).toEqual(['announce orders:0']);
  });
});

describe('the claim of a partition', () => {
  const opened = async (committed: ReadonlyMap<string, bigint>) => {
    const { opening } = partitions([
      { topic: 'orders', partition: 0 },
      { topic: 'orders', partition: 1 },
    ]);
    const at = (from: bigint) => ({
      committed: from,
      from,
      metadata: undefined,
      ends: { low: 0n, high: 9n },
    });
    opening.session.startingPoints = () =>
      Promise.resolve(new Map([...committed].map(([name, offset]) => [name, at(offset)])));
    const claim = jest.fn(opening.fence.claim);
    const starts = new Map<string, unknown>();
    for (const pipeline of opening.pipelines)
      Object.assign(pipeline, {
        open: (point: StartingPoint | undefined, { claim }: TakeOver) =>
          starts.set(nameOf(pipeline.of), [point?.from, claim?.partition]),
      });
    await openPartitions({ ...opening, fence: { ...opening.fence, claim } });
    return { starts, claimed: claim.mock.calls };
  };

  it('is given to that partition alone, with the offset that the group has committed', async () => {
    const { starts, claimed } = await opened(
      new Map([
        ['orders:0', 3n],
        ['orders:1', 5n],
      ]),
    );
    expect(claimed).toEqual([
      [
        'shop',
        [
          { topic: 'orders', partition: 0, committed: 3n },
          { topic: 'orders', partition: 1, committed: 5n },
        ],
      ],
    ]);
    expect(Object.fromEntries(starts)).toEqual({ 'orders:0': [3n, 0], 'orders:1': [5n, 1] });
  });

  it('does not need a starting point: the broker may not know a new partition yet', async () => {
    const { starts } = await opened(new Map([['orders:0', 3n]]));
    expect(Object.fromEntries(starts)).toEqual({ 'orders:0': [3n, 0], 'orders:1': [undefined, 1] });
  });
});

describe('partitions whose earlier handlers still run', () => {
  const orders = (partition: number) => ({ topic: 'orders', partition });
  const openedIn = (log: readonly string[]) => log.filter((step) => step.startsWith('open'));
  const endsLater = (pipeline: PartitionPipeline | undefined) => {
    const ended = Promise.withResolvers<void>();
    Object.assign(pipeline as object, { predecessorEnded: ended.promise });
    return ended;
  };

  it('do not keep the others shut, and are opened when all handlers of their number have ended', async () => {
    const { log, opening } = partitions([orders(0), { topic: 'parked', partition: 0 }, orders(1)]);
    const ended = endsLater(opening.pipelines[1]);
    const opened = openPartitions(opening);
    await eventually(() => openedIn(log).length > 0);
    expect(openedIn(log)).toEqual(['open orders:1']);
    ended.resolve();
    await opened;
    expect(openedIn(log)).toEqual(['open orders:1', 'open orders:0', 'open parked:0']);
  });

  it('are opened with the others if their handlers end soon: one claim instead of two', async () => {
    const { log, opening } = partitions([orders(0), orders(1)]);
    const ended = endsLater(opening.pipelines[0]);
    setImmediate(ended.resolve);
    await openPartitions(opening);
    expect(log.filter((step) => step === 'claim')).toHaveLength(1);
    expect(openedIn(log).sort()).toEqual(['open orders:0', 'open orders:1']);
  });
});

describe('an opening that fails', () => {
  it('is retried while the partitions are assigned', async () => {
    const { log, opening } = partitions([{ topic: 'orders', partition: 0 }]);
    const { startingPoints } = opening.session;
    let attempts = 0;
    opening.session.startingPoints = (...args) => {
      attempts += 1;
      return attempts < 3 ? Promise.reject(new Error('the broker is away')) : startingPoints(...args);
    };
    const warn = jest.fn();
    await openPartitions({ ...opening, logger: { ...SILENT, warn } });
    expect(log).toContain('open orders:0');
    expect(warn.mock.calls.map(([fields]) => fields)).toEqual([
      { err: new Error('the broker is away'), failures: 1 },
      { err: new Error('the broker is away'), failures: 2 },
    ]);
  });

  it('is given up for partitions that are no longer assigned', async () => {
    const { log, opening } = partitions([
      { topic: 'orders', partition: 0 },
      { topic: 'orders', partition: 1 },
    ]);
    const { startingPoints } = opening.session;
    let attempts = 0;
    opening.session.startingPoints = (...args) => {
      attempts += 1;
      if (attempts > 1) return startingPoints(...args);
      Object.assign(opening.pipelines[0] as object, { isClosed: true });
      return Promise.reject(new Error('the broker is away'));
    };
    await openPartitions(opening);
    expect(log.filter((step) => step.startsWith('open'))).toEqual(['open orders:1']);
  });

  it('ends when none of its partitions is assigned any more, and claims none', async () => {
    const { log, opening } = partitions([{ topic: 'orders', partition: 0 }]);
    Object.assign(opening.pipelines[0] as object, { isClosed: true });
    await openPartitions(opening);
    expect(log).toEqual([]);
  });
});
