import { describe, expect, it, jest } from '@jest/globals';
import { messageOf, messagesOf, openPipeline, settled } from '../../test/test-pipeline.ts';

describe('the load of a partition', () => {
  it('is released when all messages that arrived together are finished', async () => {
    const { made, endBatch } = openPipeline({ batchLimit: 2 });
    made.take(messagesOf(0, 3));
    await settled();
    await endBatch();
    expect(made.load.items).toBe(3);
    await endBatch();
    expect(made.load).toEqual({ items: 0, bytes: 0 });
  });

  it('keeps no fetch response: a message that waits is copied when the next ones arrive', async () => {
    const { made, end } = openPipeline();
    const [finished, waiting] = [messageOf(0), messageOf(1)];
    const [valueOfFinished, valueOfWaiting] = [finished.value, waiting.value];
    made.take([finished, waiting]);
    await end(0);
    made.take([messageOf(2)]);
    expect(finished.value).toBe(valueOfFinished);
    expect(waiting.value).not.toBe(valueOfWaiting);
    expect(waiting.value).toEqual(valueOfWaiting);
  });

  it('is not copied once the partition has ended', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    try {
      const { made, end } = openPipeline();
      const waiting = messageOf(0);
      const { value } = waiting;
      made.take([waiting]);
      const closed = made.close();
      jest.advanceTimersByTime(60_000);
      expect(waiting.value).toBe(value);
      await end(0);
      await closed;
    } finally {
      jest.useRealTimers();
    }
  });
});

describe('the gap behind a handler that hangs', () => {
  it('stops fetching above its limit', async () => {
    const { made, end, isFull } = openPipeline({ maxGap: 4 });
    made.take(messagesOf(0, 8));
    for (let offset = 1; offset <= 4; offset += 1) await end(offset);
    expect([made.pauseReasons, isFull()]).toEqual([[], false]);
    await end(5);
    expect([made.pauseReasons, isFull()]).toEqual([['gap'], true]);
    await end(0);
    expect([made.pauseReasons, isFull()]).toEqual([[], false]);
  });

  it.each([
    ['stays shut while the gap is above half its limit', 3, ['gap']],
    ['is fetched again when the gap is half its limit', 2, []],
  ])('keeps the partition apart: it %s', async (_name, gap, reasons) => {
    const { made, end } = openPipeline({ maxGap: 4 });
    made.take(messagesOf(0, 10));
    // The messages 0 and 4 run; when 0 ends, `gap` finished ones are left behind 4.
    for (const offset of [1, 2, 3, 5, 6, 7].slice(0, 3 + gap)) await end(offset);
    expect(made.pauseReasons).toEqual(['gap']);
    await end(0);
    expect(made.pauseReasons).toEqual(reasons);
  });

  it('fills the partition like too many waiting messages', () => {
    const { made, isFull } = openPipeline();
    made.take([messageOf(0)]);
    expect(isFull()).toBe(false);
    made.take([messageOf(1, 'a', 5_000_000)]);
    expect([made.pauseReasons, isFull()]).toEqual([['backpressure'], true]);
  });
});

describe('liveness counts', () => {
  const at = (ms: number) => jest.spyOn(Date, 'now').mockReturnValue(ms);

  it('from the arrival of work after there was none, or from the end of an attempt', async () => {
    const now = at(1_000);
    try {
      const { made, end } = openPipeline();
      at(2_000);
      made.take([messageOf(0)]);
      expect(made.idleSince).toBe(2_000);
      at(3_000);
      made.take([messageOf(1)]);
      expect(made.idleSince).toBe(2_000);
      at(4_000);
      await end(0);
      expect(made.idleSince).toBe(4_000);
    } finally {
      now.mockRestore();
    }
  });

  it.each([
    ['from the turn of a delayed event when nothing else is pending', false, 5_000],
    ['not from the turn of a delayed event while another one is pending', true, 2_000],
  ])('%s', async (_name, isBusy, since) => {
    const now = at(1_000);
    try {
      const { made, log, end } = openPipeline();
      const isDue = Promise.withResolvers<void>();
      made.take([messageOf(0)]);
      await end(0, { kind: 'wait', afterMs: 3_600_000, sooner: isDue.promise });
      at(2_000);
      if (isBusy) made.take([messageOf(1)]);
      at(5_000);
      isDue.resolve();
      while (log.filter((line) => line === 'start 0').length < 2) await settled();
      expect(made.idleSince).toBe(since);
    } finally {
      now.mockRestore();
    }
  });
});
