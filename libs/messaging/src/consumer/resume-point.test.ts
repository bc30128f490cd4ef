import { describe, expect, it } from '@jest/globals';
import { resumePointOf } from './resume-point.ts';

const resume = (committed: bigint | undefined, handled: bigint | undefined, low: bigint, high: bigint) => {
  const point = { committed, from: committed ?? high, metadata: undefined, ends: { low, high } };
  const { point: resumed, loss } = resumePointOf(point, handled);
  const { resumesAt = resumed.from, ...missing } = loss ?? {};
  expect(resumed.from).toBe(resumesAt);
  return { from: resumed.from, ...missing };
};

describe('reading of a partition resumes', () => {
  it.each([
    ['the database has the same offset', 40n, 40n],
    ['the database has no offset', 40n, undefined],
    ['the database has handled more, because its inbox knows those events', 40n, 50n],
  ])('at the offset that the group committed to Kafka, when %s', (_name, committed, handled) => {
    expect(resume(committed, handled, 0n, 120n)).toEqual({ from: 40n });
  });

  it('at the configured end of the partition for a new group', () => {
    expect(resume(undefined, undefined, 0n, 120n)).toEqual({ from: 120n });
  });

  it('at the committed offset when the topic ends below the offset of the database, and reports the missing offsets', () => {
    expect(resume(40n, 50n, 0n, 45n)).toEqual({
      from: 40n,
      reason: 'truncated',
      offsets: { from: 45n, to: 49n },
    });
  });

  it('at the oldest event when the topic ends below the committed offset, or when Kafka has lost that offset', () => {
    expect(resume(40n, undefined, 3n, 10n)).toEqual({
      from: 3n,
      reason: 'truncated',
      offsets: { from: 10n, to: 39n },
    });
    expect(resume(undefined, 50n, 3n, 120n)).toEqual({ from: 3n, reason: 'forgotten' });
  });

  it('at the oldest event when the topic has dropped earlier events, and reports them', () => {
    expect(resume(40n, 42n, 100n, 120n)).toEqual({
      from: 100n,
      reason: 'expired',
      offsets: { from: 42n, to: 99n },
    });
  });
});
