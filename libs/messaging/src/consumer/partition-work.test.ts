import { describe, expect, it, jest } from '@jest/globals';
import { messageOf, messagesOf, openPipeline, settled, testPipeline } from '../../test/test-pipeline.ts';
import { SILENT } from '../../test/silent-logger.ts';
import { StaleClaimError } from '../fence/stale-claim.error.ts';
import { ParkedKeys } from '../retry/parked-keys.ts';
import { DatabaseError } from '../sql/database.error.ts';
import { StartedAttempts } from '../started-attempts/started-attempts.ts';
import { NO_METRICS } from './consumer-metrics.ts';

const unavailable = () => new DatabaseError('unavailable', new Error('the connection was lost'));

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

describe('the handler of a batch', () => {
  it('receives its events, and the offset that is done once it has handled them', async () => {
    const { made, handled, endBatch } = openPipeline({ batchLimit: 2 });
    made.take(messagesOf(5, 8));
    await settled();
    await endBatch();
    expect(handled.map(({ size, nextOffset }) => [size, nextOffset])).toEqual([
      [2, 7n],
      [1, 8n],
    ]);
    expect(() => handled[0]!.events).toThrow(expect.objectContaining({ code: 'not-a-cloud-event' }));
  });

  it('that exceeds its time limit is reported with the first offset of the batch', async () => {
    const warn = jest.fn();
    const { made, handled } = openPipeline({
      batchLimit: 2,
      handlerTimeoutMs: 1,
      logger: { ...SILENT, warn },
    });
    made.take(messagesOf(5, 7));
    while (warn.mock.calls.length === 0) await settled();
    expect(warn.mock.calls).toEqual([
      [{ topic: 'orders', partition: 0, offset: '5', limitMs: 1 }, expect.any(String)],
    ]);
    expect(handled[0]!.signal.aborted).toBe(true);
  });
});

describe('a batch is counted', () => {
  const counting = () => {
    const delivered = jest.fn();
    const warn = jest.fn();
    const progressed = jest.fn();
    const tested = openPipeline({
      batchLimit: 2,
      metrics: { ...NO_METRICS, delivered },
      logger: { ...SILENT, warn },
      progressed,
    });
    return { ...tested, delivered, warn, progressed };
  };

  it('as processed when its handler succeeds, and the offset may be committed', async () => {
    const { made, delivered, warn, progressed, endBatch } = counting();
    made.take(messagesOf(0, 2));
    await settled();
    expect(progressed).not.toHaveBeenCalled();
    await endBatch();
    expect(delivered.mock.calls).toEqual([['test', 'processed', 2]]);
    expect(progressed).toHaveBeenCalledTimes(1);
    expect(warn).not.toHaveBeenCalled();
  });

  it('as held while the database is unavailable; only the first hold is logged', async () => {
    const { made, log, delivered, warn, endBatch } = counting();
    made.take(messagesOf(0, 2));
    await settled();
    await endBatch(unavailable());
    expect(made.pauseReasons).toEqual(['infrastructure']);
    while (log.filter((line) => line === 'batch of 2').length < 2) await settled();
    await endBatch(unavailable());
    expect(delivered.mock.calls).toEqual([
      ['test', 'held', 2],
      ['test', 'held', 2],
    ]);
    const fields = { topic: 'orders', partition: 0, err: unavailable(), events: 2, holds: 1 };
    expect(warn.mock.calls).toEqual([[fields, expect.any(String)]]);
    while (log.filter((line) => line === 'batch of 2').length < 3) await settled();
    await endBatch();
    expect(made.pauseReasons).toEqual([]);
  });

  it('as split when its handler fails, which is logged', async () => {
    const { made, warn, endBatch } = counting();
    made.take(messagesOf(0, 2));
    await settled();
    const error = new Error('not this one');
    await endBatch(error);
    expect(warn.mock.calls).toEqual([
      [{ topic: 'orders', partition: 0, err: error, events: 2 }, expect.any(String)],
    ]);
  });
});

describe('an untried event', () => {
  it('does not end an infrastructure outage, unlike an event that was handled', async () => {
    const { made, log, end } = openPipeline();
    made.take(messagesOf(0, 3));
    await end(0, { kind: 'hold', afterMs: 3_600_000, error: unavailable() });
    await end(1, { kind: 'done', untried: true });
    expect(made.pauseReasons).toEqual(['infrastructure']);
    await end(2);
    expect(made.pauseReasons).toEqual([]);
    expect(log).toContain('resume');
    await made.close();
  });
});

describe('copies of events that left their lanes', () => {
  it('are published independently: one that waits does not keep the others', async () => {
    const { made, log, end } = openPipeline();
    made.take(messagesOf(0, 2));
    await end(0, { kind: 'leave' });
    await end(1, { kind: 'leave' });
    expect(log.filter((line) => line.startsWith('start'))).toEqual([
      'start 0',
      'start 1',
      'start 0',
      'start 1',
    ]);
  });
});

describe('a partition that another member has claimed', () => {
  it('reports it, so that this process rejoins its group', async () => {
    const { made, log, end } = openPipeline();
    made.take([messageOf(0)]);
    const claim = { group: 'shop', topic: 'orders', partition: 0, epoch: '2' };
    await end(0, { kind: 'hold', afterMs: 3_600_000, error: new StaleClaimError(claim) });
    expect(log).toContain('lost');
    const other = openPipeline();
    other.made.take([messageOf(0)]);
    await other.end(0, { kind: 'hold', afterMs: 3_600_000, error: unavailable() });
    expect(other.log).not.toContain('lost');
    await Promise.all([made.close(), other.made.close()]);
  });
});

describe('a partition that is closed', () => {
  it('has no pending events, even if some were delayed', async () => {
    const { made, end } = openPipeline();
    made.take([messageOf(0)]);
    await end(0, { kind: 'wait', afterMs: 3_600_000 });
    await made.close();
    expect(made.pending).toBe(0);
  });

  it('does not wait for notes that will not be stored', async () => {
    const starts = new StartedAttempts({ owner: 'next', maxDeaths: 3, changed: () => undefined });
    const { made, log } = testPipeline({ starts, batchLimit: 2 });
    made.open(
      { committed: 0n, from: 0n, metadata: '@dead', ends: { low: 0n, high: 4n } },
      { ownerDied: true },
    );
    made.take(messagesOf(0, 2));
    await settled();
    await made.close();
    expect(log.filter((line) => line.startsWith('batch'))).toEqual([]);
  });
});

describe('messages without a key', () => {
  it('are in batches, and have no order to keep', async () => {
    const { made, log, endBatch } = openPipeline({ batchLimit: 50 });
    const keyless = (offset: number) => ({ ...messageOf(offset), key: null });
    made.take([keyless(0)]);
    await settled();
    await endBatch(new Error('not this one'));
    made.take([keyless(1), keyless(2)]);
    await settled();
    expect(log).toEqual(['batch of 1', 'start 0', 'batch of 2']);
  });
});
