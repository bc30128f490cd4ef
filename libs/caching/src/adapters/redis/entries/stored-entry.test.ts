import { describe, expect, it } from '@jest/globals';
import { storedEntryOf } from './stored-entry.ts';

describe('a stored entry', () => {
  it('has times, tokens, tags and the bytes of its value, which may contain line ends', () => {
    const text = '1796094000000 5000 7 9\n["{a:4}:e","t","{a:4}:t:é","u"]\n["é"]\nj"one\ntwo"';
    expect(storedEntryOf(Buffer.from(text))).toEqual({
      ...{ expiresAtMs: 1_796_094_000_000, staleMs: 5_000, loadMs: 7 },
      ...{ tokens: ['{a:4}:e', 't', '{a:4}:t:é', 'u'], tags: ['é'], value: Buffer.from('j"one\ntwo"') },
    });
  });

  it.each([
    '',
    'x',
    '1 2 3 \n',
    '1 2 3 \n{}\n',
    '1 2 3 \n[]\n[]',
    '1 2 3 \nx\n[]\nj1',
    '1 2 3 \n[]\nx\nj1',
    '1 2 3 \n{}\n[]\nj1',
    '1 2 3 \n[]\n{}\nj1',
  ])('is none in %j', (text) => {
    expect(storedEntryOf(Buffer.from(text))).toBeUndefined();
  });
});
