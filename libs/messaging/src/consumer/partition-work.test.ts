import { describe, expect, it } from '@jest/globals';
import { messageOf, messagesOf, openPipeline, settled, testPipeline } from '../../test/test-pipeline.ts';
import { ParkedKeys } from '../retry/parked-keys.ts';
import { StartedAttempts } from '../started-attempts/started-attempts.ts';

describe('a batch', () => {
  it('excludes an event during which a process has died; such an event is started alone', async () => {
    const starts = new StartedAttempts({ owner: 'next', maxDeaths: 3, changed: () => setImmediate(store) });
    const { made, log, end } = testPipeline({ starts, batchLimit: 50 });
    const store = () => {
      if (made.uncommitted !== undefined) made.markCommitted(made.uncommitted);
    };
    const point = { committed: 0n, from: 0n, metadata: '@dead 1+1:1!', ends: { low: 0n, high: 4n } };
    made.open(point, { ownerDied: true });
    made.take(messagesOf(0, 4));
    for (let turn = 0; turn < 4; turn += 1) await settled();
    await end(1);
    await end(2);
    expect(log.filter((line) => /^(start|batch)/.test(line)).sort()).toEqual([
      'batch of 2',
      'start 1',
      'start 2',
    ]);
  });

  it('excludes an event behind an earlier event of its key that is retried individually', async () => {
    const { made, log, end, endBatch } = openPipeline({ batchLimit: 50 });
    made.take([messageOf(0, 'a')]);
    await settled();
    await endBatch(new Error('not this one'));
    made.take([messageOf(1, 'a'), messageOf(2, 'b')]);
    await settled();
    expect(log).toEqual(['batch of 1', 'start 0', 'batch of 1']);
    await end(0);
    expect(log).toEqual(['batch of 1', 'start 0', 'batch of 1', 'start 1']);
  });

  it('excludes an event behind an earlier event of its key that waits on a retry topic', async () => {
    const parked = new ParkedKeys();
    parked.add({ topic: 'orders', lane: 'a', offset: 0n }, 1);
    const { made, log } = openPipeline({ batchLimit: 50, parked });
    made.take([messageOf(1, 'a'), messageOf(2, 'b'), messageOf(3, 'c')]);
    await settled();
    expect(log).toEqual(['start 1', 'batch of 2']);
  });
});
