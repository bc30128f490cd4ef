import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../../..');
const SCRIPTS = (
  JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
).scripts;

/** The scripts that parse their own options; the others pass them to Nx. */
const OURS = Object.entries(SCRIPTS).filter(
  ([, script]) => script.startsWith('node tools/run.mjs') && !script.includes('/nx.ts'),
);

describe('an unknown option of a script', () => {
  it.each(OURS)('ends npm run %s with status 2 and a message without a stack trace', async (_, script) => {
    const [file, ...args] = script.split(' ') as [string, ...string[]];
    const { status, stderr } = await run(file, [...args, '--no-such-option']);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(/no-such-option|npm run/),
    });
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

function run(file: string, args: readonly string[]): Promise<{ status: number | null; stderr: string }> {
  const env = { ...process.env, NODE_OPTIONS: '', FORCE_COLOR: '0' };
  return new Promise((resolve) => {
    const child = execFile(file, args, { cwd: ROOT, env }, (_error, _stdout, stderr) =>
      resolve({ status: child.exitCode, stderr }),
    );
  });
}
