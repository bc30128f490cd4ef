import { eventually } from '@groundwork/testing';
import { describe, expect, it } from '@jest/globals';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  messageOf,
  messagesOf,
  openPipeline,
  settled,
  testPipeline,
  SHUT_DOWN_CLEANLY,
} from '../../test/test-pipeline.ts';
import { expectProgress } from './liveness.ts';

describe('the pipeline of a partition', () => {
  it('stops fetching at a thousand waiting messages, and resumes when few are left', async () => {
    const { made, log, end } = openPipeline({ concurrency: 2_000 });
    made.take(messagesOf(0, 999));
    expect(log).not.toContain('pause');
    made.take(messagesOf(999, 1_000));
    expect(log.filter((line) => line === 'pause')).toHaveLength(1);
    for (let offset = 0; offset < 749; offset += 1) await end(offset);
    expect(log).not.toContain('resume');
    await end(749);
    expect(log.at(-1)).toBe('resume');
  });

  it('stops fetching when few but large messages wait', () => {
    const { made, log } = openPipeline();
    made.take([messageOf(0, 'a', 5_000_000)]);
    expect(log).toEqual(['pause', 'start 0']);
  });

  it('stops fetching earlier in a process that has many partitions: they share its memory', () => {
    const { made, log } = openPipeline({ partitions: 64 });
    made.take([messageOf(0, 'a', 1_000_000)]);
    expect(log).toEqual(['start 0']);
    made.take([messageOf(1, 'b', 100_000)]);
    expect(log).toContain('pause');
  });

  it('pauses and starts nothing while infrastructure is unavailable, and resumes with the first success', async () => {
    const { made, log, end } = openPipeline({ concurrency: 1 });
    made.take(messagesOf(0, 2));
    await end(0, { kind: 'hold', afterMs: 1, error: new Error('away') });
    expect(log.slice(0, 2)).toEqual(['start 0', 'pause']);
    expect(made.pauseReasons).toEqual(['infrastructure']);
    while (log.length < 3) await settled();
    expect(log.at(-1)).toBe('start 0');
    await end(0);
    expect(log).toEqual(['start 0', 'pause', 'start 0', 'resume', 'start 1']);
  });

  it('accepts no messages before it is opened', () => {
    const { made, log } = testPipeline();
    expect(log).toEqual(['pause']);
    expect(made.take(messagesOf(0, 1))).toBe(false);
    made.open(undefined, SHUT_DOWN_CLEANLY);
    expect(made.take(messagesOf(0, 1))).toBe(true);
    expect(log).toEqual(['pause', 'resume', 'start 0']);
  });

  it('reads waiting messages through to the end, and handles them only once it is opened', async () => {
    const { made, log } = testPipeline();
    const point = { committed: 5n, from: 5n, metadata: undefined, ends: { low: 2n, high: 8n } };
    const read = made.readThrough(point);
    expect(made.take(messagesOf(6, 8))).toBe(false);
    made.take(messagesOf(5, 7));
    made.take(messagesOf(7, 9));
    await read;
    expect(log).toEqual(['pause', 'seek 5', 'resume', 'note 5', 'note 6', 'note 7', 'note 8', 'pause']);
    expect(made.take(messagesOf(5, 6))).toBe(false);
    made.open(point, SHUT_DOWN_CLEANLY);
    expect(made.take(messagesOf(9, 10))).toBe(false);
    made.take(messagesOf(5, 6));
    expect(log.slice(8)).toEqual(['seek 5', 'resume', 'start 5']);
  });

  it.each([
    { committed: 8n, from: 8n, metadata: undefined, ends: { low: 0n, high: 8n } },
    { committed: undefined, from: undefined, metadata: undefined, ends: { low: 8n, high: 8n } },
    { committed: 3n, from: 3n, metadata: undefined, ends: { low: 8n, high: 8n } },
    undefined,
  ])('ends reading through at once when no message waits: %#', async (point) => {
    const { made, log } = testPipeline();
    await made.readThrough(point);
    expect(log).toEqual(['pause']);
  });

  it('starts at the given offset, even when it is above the offset committed to Kafka', () => {
    const { made, log } = testPipeline();
    made.open({ committed: 5n, from: 7n, metadata: undefined, ends: undefined }, SHUT_DOWN_CLEANLY);
    expect(log).toEqual(['pause', 'seek 7', 'resume']);
    expect(made.take(messagesOf(8, 9))).toBe(false);
    expect(made.take(messagesOf(7, 9))).toBe(true);
  });

  it('stops reading through when it is closed', async () => {
    const { made } = testPipeline();
    const read = made.readThrough({
      committed: 0n,
      from: 0n,
      metadata: undefined,
      ends: { low: 0n, high: 8n },
    });
    await made.close();
    await read;
    expect(made.isClosed).toBe(true);
  });

  it('can be opened once the handlers of all previous generations have ended, so that a key is never handled twice at once', async () => {
    const before = openPipeline();
    before.made.take(messagesOf(5, 7));
    void before.made.close();
    const after = openPipeline({ predecessor: before.made });
    const afterAfter = openPipeline({ predecessor: after.made });
    await before.end(5);
    expect(afterAfter.made.take(messagesOf(5, 7))).toBe(false);
    await before.end(6);
    await settled();
    expect(afterAfter.made.take(messagesOf(5, 7))).toBe(true);
    expect(afterAfter.log).toEqual(['resume', 'start 5', 'start 6']);
  });

  it('rejects once a batch of a fetch from before the rebalance, which starts above the lowest unfinished offset', async () => {
    const before = openPipeline();
    before.made.take(messagesOf(0, 20));
    for (let offset = 0; offset < 20; offset += 1) if (offset !== 10) await before.end(offset);
    const after = openPipeline({ predecessor: before.made });
    await before.end(10);
    await settled();
    expect(after.made.take(messagesOf(20, 30))).toBe(false);
    expect(after.made.take(messagesOf(10, 30))).toBe(true);
    await after.end(10);
    expect(after.made.uncommitted?.offset).toBe(11n);
  });

  it('leaves pausing and resuming to its successor once it has ended', async () => {
    const full = openPipeline();
    full.made.take([messageOf(0, 'a', 5_000_000)]);
    const calm = openPipeline();
    calm.made.take(messagesOf(0, 1));
    const ended = [full.made.close(), calm.made.close()];
    await full.end(0);
    await calm.end(0, { kind: 'hold', afterMs: 1, error: new Error('away') });
    await Promise.all(ended);
    expect(full.log).toEqual(['pause', 'start 0']);
    expect(calm.log).toEqual(['start 0']);
  });

  it('stops fetching for good when `stopFetching` is called before `close`', async () => {
    const { made, log, end } = openPipeline();
    made.take(messagesOf(0, 1));
    made.stopFetching();
    expect(made.pauseReasons).toEqual(['closing']);
    const ended = made.close();
    await end(0);
    await ended;
    expect(log).toEqual(['start 0', 'pause']);
  });

  it('counts a delayed event for liveness only once it is due', async () => {
    const { made, end } = openPipeline();
    const came = Promise.withResolvers<void>();
    made.take(messagesOf(0, 1));
    await end(0, { kind: 'wait', afterMs: 3_600_000, sooner: came.promise });
    expect(made.pending).toBe(0);
    const anHourLater = Date.now() + 3_600_000;
    expect(() => expectProgress(new Map([['orders:0', made]]), anHourLater)).not.toThrow();
    came.resolve();
    await settled();
    expect(made.pending).toBe(1);
    expect(() => expectProgress(new Map([['orders:0', made]]), anHourLater)).toThrow(
      expect.objectContaining({ code: 'no-progress' }),
    );
    await end(0);
    expect(made.uncommitted?.offset).toBe(1n);
  });

  it('commits an event that left its lane only once its copy is durable, while later events continue', async () => {
    const { made, log, end } = openPipeline();
    made.take([messageOf(0, 'key'), messageOf(1, 'key')]);
    await end(0, { kind: 'leave' });
    expect(log).toEqual(['start 0', 'start 0', 'start 1']);
    await end(1);
    expect(made.uncommitted?.offset).toBe(0n);
    await end(0);
    expect(made.uncommitted?.offset).toBe(2n);
  });

  it('seeks to its starting offset even if kafkajs would start there, and never seeks after its assignment has ended', async () => {
    const point = { committed: 5n, from: 5n, metadata: undefined, ends: undefined };
    const { made, log } = testPipeline();
    made.open(point, SHUT_DOWN_CLEANLY);
    expect(log).toEqual(['pause', 'seek 5', 'resume']);
    const over = testPipeline();
    await over.made.close();
    over.made.open(point, SHUT_DOWN_CLEANLY);
    expect([over.log, over.made.uncommitted]).toEqual([['pause'], undefined]);
    const expired = testPipeline();
    expired.made.open({ ...point, ends: { low: 7n, high: 9n } }, SHUT_DOWN_CLEANLY);
    expect(expired.log).toEqual(['pause', 'seek 7', 'resume']);
  });

  it('resumes after an infrastructure outage even if the held event then fails for another reason', async () => {
    const { made, log, end } = openPipeline();
    made.take(messagesOf(0, 1));
    await end(0, { kind: 'hold', afterMs: 1, error: new Error('away') });
    while (log.length < 3) await settled();
    await end(0, { kind: 'leave' });
    expect(log).toEqual(['start 0', 'pause', 'start 0', 'resume', 'start 0']);
    expect(made.pauseReasons).toEqual([]);
    await end(0);
    expect(made.uncommitted?.offset).toBe(1n);
  });

  it('has no pending events once it is closed and its handlers have ended, even if events were queued', async () => {
    const { made, log, endBatch } = openPipeline({ batchLimit: 2 });
    made.take(messagesOf(0, 6));
    await settled();
    const closed = made.close();
    const anHourLater = Date.now() + 3_600_000;
    // A hanging handler is detected even after the assignment has ended.
    expect(() => expectProgress([['orders:0', made]], anHourLater)).toThrow(
      expect.objectContaining({ code: 'no-progress' }),
    );
    await endBatch();
    await closed;
    expect([log, made.pending]).toEqual([['batch of 2'], 0]);
    expect(() => expectProgress([['orders:0', made]], anHourLater)).not.toThrow();
  });

  it('releases the memory of previous generations, because a process may see thousands of rebalances', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const first = new WeakRef(openPipeline().made);
    const generations = [openPipeline({ predecessor: first.deref()! })];
    while (generations.length < 3) generations.push(openPipeline({ predecessor: generations.at(-1)!.made }));
    const last = generations.at(-1)!;
    generations.length = 0;
    await last.made.predecessorEnded;
    await eventually(() => {
      collect();
      return first.deref() === undefined;
    });
    expect(last.made.take(messagesOf(0, 1))).toBe(true);
  });

  it('accepts no messages after it is closed', async () => {
    const { made } = openPipeline();
    await made.close();
    expect(made.take(messagesOf(0, 1))).toBe(false);
  });
});
