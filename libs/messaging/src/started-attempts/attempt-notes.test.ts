import { describe, expect, it } from '@jest/globals';
import { type AttemptNotes, decodeNotes, encodeNotes } from './attempt-notes.ts';

const notes = (
  owner: string | undefined,
  underWay: readonly bigint[] = [],
  deaths: readonly (readonly [bigint, number])[] = [],
): AttemptNotes => ({ owner, underWay: new Set(underWay), deaths: new Map(deaths) });
const upTo = (count: number, from = 0n) => Array.from({ length: count }, (_, n) => from + BigInt(n));

describe('the notes stored with an offset', () => {
  it.each([
    ['', notes(undefined)],
    ['@shop-1', notes('shop-1')],
    ['@a%20b 7:0!', notes('a b', [7n])],
    ['7:12 9:1', notes(undefined, [], [[7n, 12], [9n, 1]])], // prettier-ignore
    ['@shop-1 9007199254740993+199:0!', notes('shop-1', upTo(200, 9_007_199_254_740_993n))],
    ['@shop-1 7:2! 5:1 6:0!', notes('shop-1', [6n, 7n], [[5n, 1], [7n, 2]])], // prettier-ignore
  ])('are encoded as %p and decoded from it', (text, value) => {
    expect(encodeNotes(value)).toBe(text);
    expect(decodeNotes(text)).toEqual(value);
  });

  it('always fit into the metadata of an offset; the events with the most deaths are kept', () => {
    const deaths = upTo(2_000).map((n) => [n * 2n, n === 1_234n ? 2 : 1] as const);
    const text = encodeNotes(notes('shop-1', [], deaths));
    expect(text.length).toBeLessThanOrEqual(4_096);
    expect(text.length).toBeGreaterThan(4_000);
    expect(decodeNotes(text).deaths.get(2_468n)).toBe(2);
  });

  it('name a range of events by its first one, in whatever order they started', () => {
    expect(encodeNotes(notes(undefined, [9n, 7n, 8n, 12n, 11n]))).toBe('7+2:0! 11+1:0!');
    expect(encodeNotes(notes(undefined, [], [[20n, 1], [3n, 1], [4n, 1]]))).toBe('3+1:1 20:1'); // prettier-ignore
  });

  it('have ranges of at most 100,000 further events', () => {
    expect(decodeNotes('0+100000:1').deaths.size).toBe(100_001);
    expect(decodeNotes('0+100001:1').deaths.size).toBe(0);
  });

  it('fill the metadata to the last character', () => {
    const fitting = 'x'.repeat(4_096 - '@ 10:0!'.length);
    expect(encodeNotes(notes(fitting, [10n]))).toBe(`@${fitting} 10:0!`);
    expect(encodeNotes(notes(`${fitting}x`, [10n]))).toBe(`@${fitting}x`);
  });

  it.each([
    undefined,
    'anything',
    'a b c',
    '@%',
    '7',
    '7:',
    '-7:1',
    '7:1:1',
    '0+99999999999:1!',
    '0+999999:1',
  ])('are empty when the metadata has another format: %p', (text) => {
    expect(decodeNotes(text)).toEqual(notes(undefined));
  });
});
