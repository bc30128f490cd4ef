import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { shellWord } from './to-type.ts';

describe('a word of a command to be typed', () => {
  it.each([
    ['plain', '250360347248231424'],
    ['empty', ''],
    ['of several words', 'a b'],
    // A shell may read these without quotes, once somebody has broken them: nothing here does anything but print.
    ['that would run something', '$(echo ran); `echo ran` & echo ran | echo ran # ~ *'],
    ['with quotes', `it's "here" \\`],
    ['of control characters', `\u001b[2J'\\\n\t`],
    ['that reads backwards', 'abc\u202egnp.exe'],
  ])('%s is what it was once a shell has read it', (_what, text) => {
    const { stdout } = spawnSync('bash', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' });
    expect(stdout).toBe(text);
  });
});
