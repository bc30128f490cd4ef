import { describe, expect, it } from '@jest/globals';
import { kindOf } from './reply-errors.ts';

const reply = (message: string) => Object.assign(new Error(message), { name: 'ReplyError' });
/** Redis 7 appends this to the error of each command of a script. */
const IN_A_SCRIPT = ' script: 1f2e, on @user_script:12.';

describe('an error that Redis answers', () => {
  it.each([
    [`OOM command not allowed when used memory > 'maxmemory'.${IN_A_SCRIPT}`, 'full'],
    [
      "ERR Error running script (call to f_1f2e): @user_script:12: OOM command not allowed when used memory > 'maxmemory'.",
      'full',
    ],
    [`WRONGTYPE Operation against a key holding the wrong kind of value${IN_A_SCRIPT}`, 'foreign'],
    [`ERR user_script:3: Expected value but found invalid token at character 1${IN_A_SCRIPT}`, 'foreign'],
    [`READONLY You can't write against a read only replica.${IN_A_SCRIPT}`, 'outage'],
    [`NOPERM this user has no permissions to run the 'publish' command${IN_A_SCRIPT}`, 'outage'],
    [`MISCONF Redis is configured to save RDB snapshots${IN_A_SCRIPT}`, 'outage'],
    [`ERR Error running script: Script killed by user with SCRIPT KILL${IN_A_SCRIPT}`, 'outage'],
    ['LOADING Redis is loading the dataset in memory', 'outage'],
  ])('has the right kind (case %#)', (message, kind) => {
    expect(kindOf(reply(message))).toBe(kind);
  });

  it('is foreign when an entry is not JSON, and an outage when there is no answer', () => {
    expect(kindOf(new SyntaxError('Unexpected token'))).toBe('foreign');
    expect(kindOf(new Error('Connection is closed.'))).toBe('outage');
    expect(kindOf(undefined)).toBe('outage');
  });
});
