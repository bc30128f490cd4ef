import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { say } from '../host/say.ts';
import { WORKSPACE } from '../start-topology.ts';
import { readRunner } from '../state/runner-lock.ts';
import { readState } from '../state/state-file.ts';
import { stateFolder } from '../state/state-folder.ts';
import { addToRunning } from './add-to-running.ts';
import { type Command, type Options } from './command.ts';
import { profilesOf, START_OPTIONS } from './common-options.ts';
import { LogTail } from './log-tail.ts';

const CLI = fileURLToPath(new URL('../cli.ts', import.meta.url));

/** Starts a background runner that owns the processes, and returns when the platform is ready. */
export const up: Command = {
  usage: 'npm run up',
  about: 'start the platform in the background, or the missing services of a running one',
  options: START_OPTIONS,

  async run(options) {
    const folder = stateFolder(WORKSPACE, options.project).path;
    const running = readRunner(folder);
    if (running !== undefined) {
      await addToRunning(folder, running, profilesOf(options));
      return 0;
    }
    const runnerLog = join(folder, 'logs', 'runner.log');
    mkdirSync(join(folder, 'logs'), { recursive: true });
    const log = openSync(runnerLog, 'w');
    const runner = spawnRunner(options, log);
    closeSync(log);
    const isReady = await followUntilReady(runner, folder, new LogTail(runnerLog));
    if (!isReady) return 1;
    runner.unref();
    say(
      `  ${readState(folder)?.baseUrl ?? ''}\nNext: npm run status, npm run logs -- SERVICE, npm run journey; npm run down stops the platform.`,
    );
    return 0;
  },
};

function spawnRunner(options: Options, log: number): ChildProcess {
  const { project, flags } = options;
  const profiles = profilesOf(options).flatMap((profile) => ['--profile', profile]);
  const args = [
    'runner',
    '--project',
    project,
    ...profiles,
    ...(flags['free-ports'] === true ? ['--free-ports'] : []),
  ];
  return spawn(process.execPath, [...process.execArgv, CLI, ...args], {
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, GROUNDWORK_DETACHED: '1' },
  });
}

async function followUntilReady(runner: ChildProcess, folder: string, tail: LogTail): Promise<boolean> {
  for (;;) {
    const isOver = runner.exitCode !== null || runner.signalCode !== null;
    const isReady = readRunner(folder)?.pid === runner.pid && readState(folder)?.phase === 'ready';
    process.stdout.write(tail.read());
    if (isOver || isReady) return isReady;
    await delay(100);
  }
}
