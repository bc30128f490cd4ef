import { describe, expect, it } from '@jest/globals';
import { Output } from './output.ts';
import { table } from './table.ts';

function written(options: { isJson?: boolean; isTTY?: boolean; columns?: number } = {}) {
  const texts = { out: '', err: '' };
  let now = 0;
  const output = new Output(
    options.isJson ?? false,
    { write: (text) => (texts.out += text) },
    { isTTY: options.isTTY ?? false, columns: options.columns ?? 20, write: (text) => (texts.err += text) },
    () => now,
  );
  return { output, texts, pass: (ms: number) => (now += ms) };
}

describe('the output of a command line', () => {
  it('redraws a bar on a terminal, and keeps the full bar', () => {
    const { output, texts } = written({ isTTY: true });
    output.progress('10 %');
    output.progress('a line that is longer than the terminal');
    output.note('  ! a note');
    output.progress('100 %', { last: true });
    const blank = (length: number) => `\r${' '.repeat(length)}\r`;
    expect(texts.err).toBe(`10 %${blank(4)}a line that is long${blank(19)}  ! a note\n100 %\n`);
  });

  it('shows the whole line on a terminal that does not know its width', () => {
    const { output, texts } = written({ isTTY: true, columns: 0 });
    output.progress('10 %');
    expect(texts.err).toBe('10 %');
  });

  it('prints a plain line at intervals when the output is not a terminal', () => {
    const { output, texts, pass } = written();
    for (const text of ['1 %', '2 %', '3 %']) {
      output.progress(text);
      pass(1_200);
    }
    output.progress('3 %');
    output.progress('100 %', { last: true });
    expect(texts.err).toBe('1 %\n3 %\n100 %\n');
  });

  it('prints a failure below a bar', () => {
    const { output, texts } = written({ isTTY: true });
    output.progress('10 %');
    output.failure('gone', 'It is gone.');
    expect(texts.err).toBe(`10 %\r${' '.repeat(4)}\rIt is gone.\n`);
  });

  it('prints one JSON document and nothing else with --json', () => {
    const { output, texts } = written({ isJson: true, isTTY: true });
    output.progress('10 %');
    output.note('note');
    output.result({ done: true }, 'Done.');
    expect(texts.err).toBe('');
    expect(JSON.parse(texts.out)).toEqual({ done: true });
    output.failure('gone', 'It is gone.', 'It is gone, and where.');
    expect(JSON.parse(texts.err)).toEqual({ code: 'gone', message: 'It is gone.' });
  });

  it('escapes every character that a terminal would interpret, in words and in JSON', () => {
    const hostile = '\u001b[2J\u009b1A\u202e';
    for (const isJson of [false, true]) {
      const { output, texts } = written({ isJson });
      output.note(hostile);
      output.progress(hostile);
      output.result({ [hostile]: hostile }, hostile);
      output.failure('gone', hostile);
      expect(`${texts.out}${texts.err}`).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
      if (isJson) expect(JSON.parse(texts.out)).toEqual({ [hostile]: hostile });
    }
  });

  it('prints a table whose cells cannot look like rows', () => {
    expect(
      table([
        ['a', 'status'],
        ['x\ny', 'open'],
      ]),
    ).toBe('  a         status\n  x\\u000ay  open');
  });
});
