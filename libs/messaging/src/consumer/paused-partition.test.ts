import { describe, expect, it } from '@jest/globals';
import {
  messageOf,
  messagesOf,
  openPipeline,
  settled,
  testPipeline,
  SHUT_DOWN_CLEANLY,
} from '../../test/test-pipeline.ts';
import { expectProgress } from './liveness.ts';
import { StartedAttempts } from '../started-attempts/started-attempts.ts';
import { AttemptHeldError } from '../started-attempts/attempt-held.error.ts';
import { type Next } from './record-delivery.ts';

const away = Object.assign(new Error('away'), { retryable: true, infrastructure: true });
const hold = (afterMs: number): Next => ({ kind: 'hold', afterMs, error: away });

/** Resolves when an event of another partition has been retried after this delay. */
async function whenTriedAgainAfter(afterMs: number): Promise<void> {
  const { made, log, end } = openPipeline();
  made.take(messagesOf(0, 1));
  await end(0, { kind: 'again', afterMs });
  while (log.length < 2) await settled();
  await end(0);
  await made.close();
}

describe('a partition that an operator has paused', () => {
  it('fetches and starts nothing, lets running handlers end and be committed, and resumes in the order of each key', async () => {
    const { made, log, end } = openPipeline({ concurrency: 2 });
    made.take([messageOf(0, 'a'), messageOf(1, 'a'), messageOf(2, 'b'), messageOf(3, 'c')]);
    made.setPaused(true);
    expect(made.pauseReasons).toEqual(['operator']);
    await end(0);
    await end(2);
    expect(log).toEqual(['start 0', 'start 2', 'pause']);
    expect(made.uncommitted?.offset).toBe(1n);
    made.setPaused(false);
    await settled();
    expect(log.slice(3)).toEqual(['start 3', 'start 1', 'resume']);
    await end(1);
    await end(3);
    expect(made.uncommitted?.offset).toBe(4n);
  });

  it('accepts the messages of a fetch in flight, and handles them after the pause', async () => {
    const { made, log } = openPipeline();
    made.setPaused(true);
    expect(made.take(messagesOf(0, 2))).toBe(true);
    await settled();
    expect(log).toEqual(['pause']);
    made.setPaused(false);
    expect(log).toEqual(['pause', 'start 0', 'start 1', 'resume']);
  });

  it('delays a retry that becomes due during the pause until the partition resumes', async () => {
    const { made, log, end } = openPipeline();
    made.take(messagesOf(0, 1));
    const came = Promise.withResolvers<void>();
    await end(0, { kind: 'wait', afterMs: 60_000, sooner: came.promise });
    made.setPaused(true);
    came.resolve();
    await settled();
    expect(log).toEqual(['start 0', 'pause']);
    made.setPaused(false);
    await settled();
    expect(log).toEqual(['start 0', 'pause', 'start 0', 'resume']);
  });

  it('still publishes the copy of an event that has had its turn, so that the event can be committed', async () => {
    const { made, log, end } = openPipeline();
    made.take([messageOf(0, 'key'), messageOf(1, 'key')]);
    made.setPaused(true);
    await end(0, { kind: 'leave' });
    expect(log).toEqual(['start 0', 'pause', 'start 0']);
    await end(0);
    expect(made.uncommitted?.offset).toBe(1n);
    expect(log).not.toContain('start 1');
  });

  it('stays paused when infrastructure becomes unavailable, and after the pause waits for infrastructure only', async () => {
    const { made, log, end } = openPipeline({ concurrency: 1 });
    made.take(messagesOf(0, 2));
    made.setPaused(true);
    await end(0, hold(1));
    expect(made.pauseReasons).toEqual(['operator', 'infrastructure']);
    made.setPaused(false);
    expect(made.pauseReasons).toEqual(['infrastructure']);
    while (log.length < 3) await settled();
    await end(0);
    expect(log).toEqual(['start 0', 'pause', 'start 0', 'resume', 'start 1']);
  });

  it('probes unavailable infrastructure only after the pause', async () => {
    const { made, log, end } = openPipeline({ concurrency: 1 });
    made.take(messagesOf(0, 1));
    await end(0, hold(50));
    made.setPaused(true);
    await whenTriedAgainAfter(100);
    expect(log).toEqual(['start 0', 'pause']);
    made.setPaused(false);
    await settled();
    expect(log).toEqual(['start 0', 'pause', 'start 0']);
    await end(0);
    expect(made.pauseReasons).toEqual([]);
  });

  it('keeps the pause reasons of the operator and of backpressure independent of each other', async () => {
    const { made, end } = openPipeline({ concurrency: 2_000 });
    made.take(messagesOf(0, 1_000));
    made.setPaused(true);
    expect(made.pauseReasons).toEqual(['backpressure', 'operator']);
    for (let offset = 0; offset < 800; offset += 1) await end(offset);
    expect(made.pauseReasons).toEqual(['operator']);
    made.take(messagesOf(1_000, 2_000));
    made.setPaused(false);
    expect(made.pauseReasons).toEqual(['backpressure']);
  });

  it('fetches nothing at all when it is paused before it is opened', async () => {
    const { made, log } = testPipeline();
    made.setPaused(true);
    made.open(undefined, SHUT_DOWN_CLEANLY);
    expect(log).toEqual(['pause']);
    made.setPaused(false);
    expect(log).toEqual(['pause', 'resume']);
  });

  it('still reads through the messages that must be known, because that handles nothing', async () => {
    const { made, log } = testPipeline();
    const point = { committed: 5n, from: 5n, metadata: undefined, ends: { low: 0n, high: 7n } };
    made.setPaused(true);
    const read = made.readThrough(point);
    expect(log.at(-1)).toBe('resume');
    made.take(messagesOf(5, 7));
    await read;
    made.open(point, SHUT_DOWN_CLEANLY);
    expect(log).toEqual(['pause', 'seek 5', 'resume', 'note 5', 'note 6', 'pause', 'seek 5']);
    expect(made.pauseReasons).toEqual(['operator']);
  });

  it('passes liveness during the pause, and has a full minute after it', async () => {
    const { made } = openPipeline();
    made.take(messagesOf(0, 3));
    made.setPaused(true);
    const late = () => expectProgress(new Map([['orders:0', made]]), Date.now() + 60_001);
    expect(late).not.toThrow();
    const end = Date.now();
    made.setPaused(false);
    expect(made.idleSince).toBeGreaterThanOrEqual(end);
    expect(late).toThrow(expect.objectContaining({ code: 'no-progress' }));
  });

  it('can be closed', async () => {
    const { made, log, end } = openPipeline({ concurrency: 1 });
    made.take(messagesOf(0, 2));
    made.setPaused(true);
    const closing = made.close();
    await end(0);
    await closing;
    made.setPaused(false);
    await settled();
    expect(log).toEqual(['start 0', 'pause']);
  });
});

describe('a paused partition that is handled in batches', () => {
  it('lets the running batch end, forms no other, and resumes with all messages that have arrived meanwhile', async () => {
    const { made, log, endBatch } = openPipeline({ batchLimit: 10 });
    made.take(messagesOf(0, 15));
    await settled();
    made.setPaused(true);
    await endBatch();
    made.take(messagesOf(15, 18));
    await settled();
    expect(log).toEqual(['batch of 10', 'pause']);
    expect([made.uncommitted?.offset, made.pending]).toEqual([10n, 8]);
    made.setPaused(false);
    await settled();
    await endBatch();
    expect(log).toEqual(['batch of 10', 'pause', 'resume', 'batch of 8']);
    expect(made.uncommitted?.offset).toBe(18n);
  });

  it('does not retry a batch that infrastructure has held up', async () => {
    const { made, log, endBatch } = openPipeline({ batchLimit: 10 });
    made.take(messagesOf(0, 3));
    await settled();
    made.setPaused(true);
    await endBatch(away);
    // Longer than the first backoff of a batch.
    await whenTriedAgainAfter(200);
    expect(log).toEqual(['batch of 3', 'pause']);
    made.setPaused(false);
    await settled();
    expect(log.at(-1)).toBe('batch of 3');
    await endBatch();
    expect([made.uncommitted?.offset, made.pauseReasons]).toEqual([3n, []]);
  });

  it('fails liveness when it hangs after its assignment has ended, because no operator can resume it any more', async () => {
    const { made, end } = openPipeline();
    made.take(messagesOf(0, 1));
    made.setPaused(true);
    const anHourLater = Date.now() + 3_600_000;
    expect(() => expectProgress([['orders:0', made]], anHourLater)).not.toThrow();
    const closed = made.close();
    expect(() => expectProgress([['orders:0', made]], anHourLater)).toThrow(
      expect.objectContaining({ code: 'no-progress' }),
    );
    await end(0);
    await closed;
  });

  it('starts a batch whose notes are stored during the pause only after the pause', async () => {
    const starts = new StartedAttempts({ owner: 'test', maxDeaths: 3, changed: () => undefined });
    const { made, log } = openPipeline({ batchLimit: 10, starts });
    made.take(messagesOf(0, 3));
    await settled();
    made.setPaused(true);
    starts.stored(1, 0n);
    await settled();
    expect(log).toEqual(['pause']);
    made.setPaused(false);
    await settled();
    expect(log).toEqual(['pause', 'resume', 'batch of 3']);
  });

  it('keeps a batch together when the pause held it up before it started', async () => {
    const { made, log, endBatch } = openPipeline({ batchLimit: 10 });
    made.take(messagesOf(0, 3));
    await settled();
    made.setPaused(true);
    await endBatch(new AttemptHeldError());
    expect([log, made.pauseReasons]).toEqual([['batch of 3', 'pause'], ['operator']]);
    made.setPaused(false);
    await settled();
    expect(log).toEqual(['batch of 3', 'pause', 'resume', 'batch of 3']);
    await endBatch();
    expect(made.uncommitted?.offset).toBe(3n);
  });

  it.each(['queued', 'held'])('can be closed while a batch is %s', async (state) => {
    const { made, endBatch } = openPipeline({ batchLimit: 10 });
    made.take(messagesOf(0, 15));
    await settled();
    made.setPaused(true);
    await endBatch(state === 'held' ? away : undefined);
    await made.close();
    expect(made.uncommitted?.offset).toBe(state === 'held' ? 0n : 10n);
  });
});
