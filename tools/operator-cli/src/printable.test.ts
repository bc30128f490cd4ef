import { describe, expect, it } from '@jest/globals';
import { printable, printableLines } from './printable.ts';

const escape = (text: string) => JSON.parse(`"${printable(text)}"`) as string;

describe('text from other sources', () => {
  it.each([
    ['set a colour', '\u001b[31mred', '\\u001b[31mred'],
    ['set a colour with an eight-bit control', '\u009b31mred', '\\u009b31mred'],
    ['set a title', '\u001b]0;owned\u0007', '\\u001b]0;owned\\u0007'],
    ['overwrite a line', 'good\rbad', 'good\\u000dbad'],
    ['start a line', 'good\nopen  paid\u2028bad', 'good\\u000aopen  paid\\u2028bad'],
    ['reverse the reading direction', 'abc\u202egnp.exe', 'abc\\u202egnp.exe'],
    ['contain half a character', 'a\ud800', 'a\\ud800'],
    ['contain an invisible character beyond 16 bits', 'a\u{e0041}', 'a\\udb40\\udc41'],
  ])('cannot %s on a terminal', (_what, text, shown) => {
    expect(printable(text)).toBe(shown);
    expect(escape(text)).toBe(text);
  });

  it('is unchanged when it is harmless', () => {
    const text = 'naïve → 東京 ██░ 🙂 "quoted" \\u001b';
    expect(printable(text)).toBe(text);
  });

  it('keeps its line breaks where several lines are allowed', () => {
    expect(printableLines('a\n\u001bb')).toBe('a\n\\u001bb');
  });
});
