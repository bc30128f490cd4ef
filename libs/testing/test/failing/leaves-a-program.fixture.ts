import { expect, it } from '@jest/globals';
import { once } from 'node:events';
import { spawnProgram } from '../../src/index.ts';

it('fails while its program runs', async () => {
  const child = spawnProgram(new URL('idle.process.ts', import.meta.url), [], { stdout: 'pipe' });
  await once(child.stdout!, 'data');
  process.stderr.write(`the program is ${child.pid}\n`);
  expect('this').toBe('that');
});
