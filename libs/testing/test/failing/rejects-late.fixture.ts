import { it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';

it('passes before its promise is rejected', () => {
  // Jest waits for two turns after the last test.
  void turn()
    .then(turn)
    .then(turn)
    .then(turn)
    .then(() => Promise.reject(new Error('too late')));
});
