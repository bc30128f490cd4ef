import { describe, expect, it, jest } from '@jest/globals';
import { SILENT } from '../../test/silent-logger.ts';
import { partitions } from '../../test/test-opening.ts';
import { type PartitionFence } from '../fence/partition-fence.ts';
import { NO_METRICS } from './consumer-metrics.ts';
import { openPartitions } from './open-partitions.ts';
import { type StartingPoint } from './starting-point.ts';

describe('offsets that are missing in a partition', () => {
  /** Opens one partition whose topic now ends at 5, while the database has handled everything before 8. */
  async function openRestored(
    fenced: boolean,
    { committed, handled }: { committed?: bigint; handled?: bigint } = { committed: 8n },
  ) {
    const { opening } = partitions([{ topic: 'orders', partition: 0 }]);
    const point: StartingPoint = {
      ...{ committed, from: committed ?? 5n, metadata: undefined },
      ends: { low: 2n, high: 5n },
    };
    const claim: PartitionFence['claim'] = async (...args) =>
      (await opening.fence.claim(...args)).map((granted) => ({ ...granted, nextOffset: handled }));
    opening.session.startingPoints = () => Promise.resolve(new Map([['orders:0', point]]));
    const rewind = jest.fn(() => Promise.resolve());
    const missing = jest.fn();
    const error = jest.fn();
    const fence: PartitionFence = { ...opening.fence, claim, rewind };
    await openPartitions({
      ...opening,
      fence: fenced ? fence : undefined,
      metrics: { ...NO_METRICS, missing },
      logger: { ...SILENT, error },
    });
    return { rewind, missing, error };
  }

  it('are reported with what is missing, and where reading resumes', async () => {
    const { missing, error } = await openRestored(true);
    expect(missing.mock.calls).toEqual([['orders', 'truncated', 3n]]);
    expect(error.mock.calls).toEqual([
      [
        {
          ...{ groupId: 'shop', topic: 'orders', partition: 0, reason: 'truncated' },
          ...{ resumesAt: '2', missingFrom: '5', missingTo: '7' },
        },
        expect.anything(),
      ],
    ]);
  });

  it('are forgotten by the database too, or the next opening would report them again', async () => {
    const { rewind } = await openRestored(true);
    const claim = expect.objectContaining({ group: 'shop', topic: 'orders', partition: 0, epoch: '1' });
    expect(rewind.mock.calls).toEqual([[[{ claim, nextOffset: 2n }]]]);
    expect((await openRestored(false)).rewind).not.toHaveBeenCalled();
  });

  it('are not counted when only the offset of the group is missing, which the error says', async () => {
    const { missing, error } = await openRestored(true, { handled: 4n });
    expect(missing.mock.calls).toEqual([['orders', 'forgotten', 0n]]);
    const fields = { groupId: 'shop', topic: 'orders', partition: 0, reason: 'forgotten', resumesAt: '2' };
    expect(error.mock.calls).toEqual([[fields, expect.anything()]]);
  });

  it('are neither rewound nor reported when nothing is missing', async () => {
    const { rewind, missing, error } = await openRestored(true, { committed: 4n, handled: 4n });
    for (const report of [rewind, missing, error]) expect(report).not.toHaveBeenCalled();
  });
});
