import { describe, expect, it } from '@jest/globals';
import { resumePointOf } from './resume-point.ts';

const resume = (committed: bigint | undefined, handled: bigint | undefined, low: bigint, high: bigint) => {
  const point = { committed, from: committed ?? high, metadata: undefined, ends: { low, high } };
  const { point: resumed, loss } = resumePointOf(point, handled);
  return { from: resumed.from, ...loss };
};

describe('a partition goes on', () => {
  it.each([
    ['the database knows as much', 40n, 40n],
    ['the database does not know it', 40n, undefined],
    ['the database has handled more: its inbox knows those events', 40n, 50n],
  ])('at the offset that Kafka has of its group, where %s', (_name, committed, handled) => {
    expect(resume(committed, handled, 0n, 120n)).toEqual({ from: 40n });
  });

  it('where a new group begins', () => {
    expect(resume(undefined, undefined, 0n, 120n)).toEqual({ from: 120n });
  });

  it('at that offset too where the topic ends before what the database has handled, and says what is missing', () => {
    expect(resume(40n, 50n, 0n, 45n)).toEqual({
      from: 40n,
      reason: 'truncated',
      offsets: { from: 45n, to: 49n },
    });
  });

  it('with the oldest event where the topic ends before that offset, or where Kafka has forgotten it', () => {
    expect(resume(40n, undefined, 3n, 10n)).toEqual({
      from: 3n,
      reason: 'truncated',
      offsets: { from: 10n, to: 39n },
    });
    expect(resume(undefined, 50n, 3n, 120n)).toEqual({ from: 3n, reason: 'forgotten' });
  });

  it('with the oldest event where the topic has dropped those before it, and says which', () => {
    expect(resume(40n, 42n, 100n, 120n)).toEqual({
      from: 100n,
      reason: 'expired',
      offsets: { from: 42n, to: 99n },
    });
  });
});
