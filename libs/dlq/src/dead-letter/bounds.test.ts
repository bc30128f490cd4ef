import { describe, expect, it } from '@jest/globals';
import { boundHeaders, boundPayload, boundText } from './bounds.ts';

const KIB = 1_024;
const NOTES = { bytes: 'dead-letter-payload-bytes', encoding: 'dead-letter-payload-encoding' };

describe('a bounded payload', () => {
  it('is whole up to 256 KiB; a longer one is cut and states its full length', () => {
    const fits = 'x'.repeat(256 * KIB);
    expect(boundPayload(Buffer.from(fits))).toEqual({ text: fits, notes: {} });
    expect(boundPayload(Buffer.from(`${fits}y`))).toEqual({
      text: fits,
      notes: { [NOTES.bytes]: String(256 * KIB + 1) },
    });
  });

  it('stays text when the cut splits a character; is base64 when the payload itself ends within a character', () => {
    const cut = boundPayload(Buffer.from(`x${'ü'.repeat(200 * KIB)}`));
    expect(cut.notes).toEqual({ [NOTES.bytes]: String(1 + 400 * KIB) });
    expect(cut.text).toBe(`x${'ü'.repeat(128 * KIB - 1)}`);
    expect(boundPayload(Buffer.from('aü').subarray(0, 2))).toEqual({
      text: Buffer.from('aü').subarray(0, 2).toString('base64'),
      notes: { [NOTES.encoding]: 'base64' },
    });
  });

  it('keeps a byte order mark, and a few control characters', () => {
    expect(boundPayload(Buffer.from('\ufeff{}\n\u0001')).text).toBe('\ufeff{}\n\u0001');
  });

  it('is base64 when JSON would more than double its text', () => {
    const { notes } = boundPayload(Buffer.alloc(256 * KIB));
    expect(notes).toEqual({ [NOTES.encoding]: 'base64' });
    // Exactly two bytes of JSON for each byte, as for quotes, are within the limit.
    const quotes = '"'.repeat(256 * KIB - 1);
    expect(boundPayload(Buffer.from(quotes))).toEqual({ text: quotes, notes: {} });
  });
});

describe('a bounded text', () => {
  it('is whole up to 1 KiB; a longer one is cut between two characters', () => {
    expect(boundText('x'.repeat(KIB))).toBe('x'.repeat(KIB));
    expect(boundText('x'.repeat(KIB + 1))).toBe('x'.repeat(KIB));
    expect(boundText(`x${'ü'.repeat(KIB)}`)).toBe(`x${'ü'.repeat(511)}`);
  });

  it('keeps a byte order mark', () => {
    expect(boundText('\ufeffx')).toBe('\ufeffx');
  });
});

describe('bounded headers', () => {
  it('are complete when they fit; the headers of the event and the notes come first', () => {
    const headers = { a: '1', ce_id: '2', b: '3', 'dead-letter-payload-bytes': '4' };
    expect(Object.keys(boundHeaders(headers))).toEqual(['ce_id', 'dead-letter-payload-bytes', 'a', 'b']);
    expect(boundHeaders(headers)).toEqual(headers);
  });

  it('are as many as fit into 64 KiB, in any order', () => {
    const many = Array.from({ length: 70 }, (_, index) => [`h-${100 + index}`, 'x'.repeat(1_012)]);
    expect(Buffer.byteLength(JSON.stringify(many[0]))).toBe(KIB);
    const kept = boundHeaders(Object.fromEntries([...many, ['ce_id', 'event']]));
    expect(Object.keys(kept)).toHaveLength(64);
    expect(kept['ce_id']).toBe('event');
    expect(Object.keys(boundHeaders(Object.fromEntries(many)))).toHaveLength(64);
  });
});
