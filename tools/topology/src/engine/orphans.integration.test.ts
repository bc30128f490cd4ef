import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually } from '../../test/eventually.ts';
import { testPlatform, type TestPlatform } from '../../test/platform.ts';
import { signalTree } from '../servers/process/process-tree.ts';
import { identityOf, stillRuns, type ProcessIdentity } from '../state/process-start-time.ts';

const RUNNER = join(import.meta.dirname, '../../test/run-until-killed.ts');

describe('a killed runner', () => {
  let platform: TestPlatform;

  afterEach(() => platform.remove());

  it('leaves no process behind and releases the state for its successor', async () => {
    platform = testPlatform(`
cache: { image: redis }
back: { <<: *stand-in, scale: 2 }
database: { image: postgres, environment: { POSTGRES_PASSWORD: mine }, ports: ['5432:5432'] }`);
    const { runner, children } = await runInAnotherProcess(platform);
    expect(children).toHaveLength(4);
    runner.kill('SIGKILL');
    await eventually(() => !children.some(stillRuns));
    await platform.start();
  });

  it('resumes paused processes, so that they end and do not block its successor', async () => {
    platform = testPlatform(`
back: { <<: *stand-in }
database:
  image: postgres
  environment: { POSTGRES_PASSWORD: mine }
  ports: ['5432:5432']
  healthcheck: { test: [CMD, pg_isready, -U, postgres], interval: 100ms }`);
    const { runner, children } = await runInAnotherProcess(platform);
    for (const { pid } of children) signalTree(pid, 'SIGSTOP');
    runner.kill('SIGKILL');
    await eventually(() => !children.some(stillRuns));
    expect(platform.journal()).toContain('stops back');
    await platform.start();
  });

  it('has its guard kill processes that ignore the stop signal', async () => {
    platform = testPlatform(`back: { <<: *stand-in, environment: { <<: *environment, STAYS: 'yes' } }`);
    const { runner, children } = await runInAnotherProcess(platform);
    runner.kill('SIGKILL');
    await eventually(() => platform.journal().includes('stops back'));
    await eventually(() => !children.some(stillRuns));
  });
});

async function runInAnotherProcess(
  platform: TestPlatform,
): Promise<{ runner: ChildProcess; children: ProcessIdentity[] }> {
  const runner = spawn(process.execPath, [RUNNER, platform.composeFile, platform.stateDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (runner.stdout === null) throw new Error('no output');
  const [line] = (await once(createInterface(runner.stdout), 'line')) as [string];
  return { runner, children: (JSON.parse(line) as number[]).flatMap((pid) => identityOf(pid) ?? []) };
}
