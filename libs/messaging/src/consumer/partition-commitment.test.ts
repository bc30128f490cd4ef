import { describe, expect, it, jest } from '@jest/globals';
import {
  messageOf,
  messagesOf,
  openPipeline,
  settled,
  SHUT_DOWN_CLEANLY,
  testPipeline,
} from '../../test/test-pipeline.ts';
import { ParkedKeys } from '../retry/parked-keys.ts';
import { encodeNotes } from '../started-attempts/attempt-notes.ts';
import { StartedAttempts } from '../started-attempts/started-attempts.ts';
import { type StartingPoint } from './starting-point.ts';

const NOTES = '@test';

/** The starting point of a partition whose committed metadata are the notes of the same owner. */
const at = (offset: bigint, metadata: string | undefined = NOTES): StartingPoint => ({
  committed: offset,
  from: offset,
  metadata,
  ends: { low: 0n, high: 100n },
});

describe('what a partition commits', () => {
  const opened = (point: StartingPoint | undefined = at(4n)) => {
    const tested = testPipeline();
    tested.made.open(point, SHUT_DOWN_CLEANLY);
    return tested;
  };

  it('is nothing before an offset is known', () => {
    expect(opened(undefined).made.uncommitted).toBeUndefined();
  });

  it('is nothing while its offset and its notes are those that the group has committed', () => {
    const { made } = opened();
    expect(made.uncommitted).toBeUndefined();
  });

  it('is the next offset, once the message before it is finished', async () => {
    const { made, end } = opened();
    made.take([messageOf(4)]);
    expect(made.uncommitted).toBeUndefined();
    await end(4);
    expect(made.uncommitted).toEqual({ offset: 5n, hasMoved: true, metadata: NOTES, version: 1 });
    made.markCommitted(made.uncommitted!);
    expect(made.uncommitted).toBeUndefined();
  });

  it.each([
    ['the notes of another owner were committed', '@other'],
    ['no notes were committed', undefined],
  ])('is the same offset with its notes when %s', (_name, metadata) => {
    const { made } = opened({ ...at(4n), metadata });
    expect(made.uncommitted).toEqual({ offset: 4n, hasMoved: false, metadata: NOTES, version: 1 });
    made.markCommitted(made.uncommitted!);
    expect(made.uncommitted).toBeUndefined();
  });

  it('is the offset at which it starts, when the group has committed none', () => {
    const { made } = opened({ ...at(4n), committed: undefined });
    expect(made.uncommitted).toMatchObject({ offset: 4n, hasMoved: true });
  });

  it('is written again until its notes are confirmed, even if their text is the same', () => {
    const starts = new StartedAttempts({ owner: 'test', maxDeaths: 3, changed: () => undefined });
    const { made } = testPipeline({ starts });
    made.open(at(4n), SHUT_DOWN_CLEANLY);
    expect(made.uncommitted).toMatchObject({ offset: 4n, hasMoved: false, version: 1 });
    made.markCommitted(made.uncommitted!);
    expect(made.uncommitted).toBeUndefined();
  });

  it('has no owner after a clean end: the next owner has no doubtful events', async () => {
    const { made, end } = opened();
    made.take([messageOf(4)]);
    const closed = made.close();
    expect(made.uncommitted).toBeUndefined();
    await end(4);
    await closed;
    expect(made.uncommitted).toMatchObject({ offset: 5n, metadata: '' });
  });
});

describe('a partition inherits', () => {
  it('the suspect events of an owner that died, up to the end of the partition', async () => {
    const starts = new StartedAttempts({ owner: 'test', maxDeaths: 1, changed: () => undefined });
    const inherit = jest.spyOn(starts, 'inherit');
    const metadata = encodeNotes({ owner: 'other', underWay: new Set([4n]), deaths: new Map() });
    const { made } = testPipeline({ starts });
    made.open(at(4n, metadata), { ownerDied: true });
    expect(inherit.mock.calls).toEqual([
      [{ notes: expect.objectContaining({ owner: 'other' }), ownerDied: true, end: 100n }, 4n],
    ]);
    expect(starts.isSuspect('4')).toBe(true);
  });

  it('no suspect events of an owner that shut down cleanly', () => {
    const starts = new StartedAttempts({ owner: 'test', maxDeaths: 1, changed: () => undefined });
    const metadata = encodeNotes({ owner: undefined, underWay: new Set([4n]), deaths: new Map() });
    const { made } = testPipeline({ starts });
    made.open(at(4n, metadata), SHUT_DOWN_CLEANLY);
    expect(starts.isSuspect('4')).toBe(false);
  });

  it('an end at its starting offset, when the ends of the partition are not known', () => {
    const starts = new StartedAttempts({ owner: 'test', maxDeaths: 1, changed: () => undefined });
    const inherit = jest.spyOn(starts, 'inherit');
    testPipeline({ starts }).made.open({ ...at(4n), ends: undefined }, SHUT_DOWN_CLEANLY);
    expect(inherit.mock.calls[0]?.[0].end).toBe(4n);
  });
});

describe('a partition announces', () => {
  const blocksAt = (point: StartingPoint | undefined) => {
    const parked = new ParkedKeys();
    testPipeline({ parked }).made.announceStart(point);
    return [2n, 3n, 4n].map((offset) => {
      const event = { topic: 'orders', lane: `orders ${offset}`, offset };
      parked.note(event, 1);
      return parked.isBlocked(event);
    });
  };

  it('where reading starts: waiting events from there on are handled in the order of their key', () => {
    expect(blocksAt(at(3n))).toEqual([false, true, true]);
    expect(blocksAt({ ...at(3n), ends: undefined })).toEqual([false, true, true]);
  });

  it('the oldest offset that is still kept, if its own offset is older', () => {
    expect(blocksAt({ ...at(3n), ends: { low: 4n, high: 9n } })).toEqual([false, false, true]);
  });

  it('nothing when no offset is known', () => {
    expect(blocksAt(undefined)).toEqual([false, false, false]);
  });
});

describe('an empty fetch', () => {
  it('does not use up the rejection of a fetch that is stale', () => {
    const { made } = testPipeline();
    made.open(at(4n), SHUT_DOWN_CLEANLY);
    expect(made.take([])).toBe(true);
    expect(made.take(messagesOf(6, 8))).toBe(false);
    expect(made.take(messagesOf(4, 8))).toBe(true);
  });

  it('does not end the reading of a retry topic', async () => {
    const { made } = testPipeline();
    let isRead = false;
    void made.readThrough({ ...at(0n), ends: { low: 0n, high: 1n } }).then(() => (isRead = true));
    expect(made.take([])).toBe(true);
    await settled();
    expect(isRead).toBe(false);
    made.take(messagesOf(0, 1));
    await settled();
    expect(isRead).toBe(true);
  });
});

describe('an operator', () => {
  it('who repeats a resume does not hide a partition that makes no progress', () => {
    const { made } = openPipeline();
    made.take([messageOf(0)]);
    const { idleSince } = made;
    const now = jest.spyOn(Date, 'now').mockReturnValue(idleSince + 60_000);
    try {
      made.setPaused(false);
      expect(made.idleSince).toBe(idleSince);
      made.setPaused(true);
      made.setPaused(false);
      expect(made.idleSince).toBe(idleSince + 60_000);
    } finally {
      now.mockRestore();
    }
  });

  it('who pauses a partition that has ended changes nothing', async () => {
    const { made, log } = openPipeline();
    await made.close();
    log.length = 0;
    made.setPaused(true);
    expect([made.isPaused, made.pauseReasons, log]).toEqual([false, [], []]);
  });
});
