import { it } from '@jest/globals';
import { once } from 'node:events';
import { spawnProgram } from '../../src/index.ts';

it('never ends', async () => {
  const child = spawnProgram(new URL('idle.process.ts', import.meta.url), [], { stdout: 'pipe' });
  await once(child.stdout!, 'data');
  process.stderr.write(`the program is ${child.pid}\n`);
  await new Promise(() => undefined);
}, 600_000);
