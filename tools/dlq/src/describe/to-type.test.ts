import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { shellWord } from './to-type.ts';

describe('a quoted word of a command', () => {
  it.each([
    ['plain', '250360347248231424'],
    ['empty', ''],
    ['of several words', 'a b'],
    // If the quoting is broken, a shell evaluates these words; they only print.
    ['that would run a command', '$(echo ran); `echo ran` & echo ran | echo ran # ~ *'],
    ['with quotes', `it's "here" \\`],
    ['of control characters', `\u001b[2J'\\\n\t`],
    ['with reversed reading direction', 'abc\u202egnp.exe'],
  ])('%s is unchanged after a shell has read it', (_what, text) => {
    const { stdout } = spawnSync('bash', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' });
    expect(stdout).toBe(text);
  });
});
