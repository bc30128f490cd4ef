import { describe, expect, it } from '@jest/globals';
import { printable, printableLines } from './printable.ts';

const escape = (text: string) => JSON.parse(`"${printable(text)}"`) as string;

describe('what others wrote', () => {
  it.each([
    ['a colour', '\u001b[31mred', '\\u001b[31mred'],
    ['the same in eight bits', '\u009b31mred', '\\u009b31mred'],
    ['a title', '\u001b]0;owned\u0007', '\\u001b]0;owned\\u0007'],
    ['a line over another', 'good\rbad', 'good\\u000dbad'],
    ['another line', 'good\nopen  paid\u2028bad', 'good\\u000aopen  paid\\u2028bad'],
    ['text that reads backwards', 'abc\u202egnp.exe', 'abc\\u202egnp.exe'],
    ['half a character', 'a\ud800', 'a\\ud800'],
    ['what is not seen, beyond 16 bits', 'a\u{e0041}', 'a\\udb40\\udc41'],
  ])('is no %s on a terminal', (_what, text, shown) => {
    expect(printable(text)).toBe(shown);
    expect(escape(text)).toBe(text);
  });

  it('stays as it is where it is harmless', () => {
    const text = 'naïve → 東京 ██░ 🙂 "quoted" \\u001b';
    expect(printable(text)).toBe(text);
  });

  it('may have lines where lines are meant', () => {
    expect(printableLines('a\n\u001bb')).toBe('a\n\\u001bb');
  });
});
