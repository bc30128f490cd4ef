import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

describe('the ring', () => {
  it('answers at least 20 times as many lookups as npm hashring does for keys that it has not cached', async () => {
    const script = join(import.meta.dirname, '../../bench/print-ratio.ts');
    const { NODE_OPTIONS: _, ...env } = process.env;
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ['--conditions=@groundwork/source', script], { env });
    expect(Number(stdout)).toBeGreaterThanOrEqual(20);
  });
});
