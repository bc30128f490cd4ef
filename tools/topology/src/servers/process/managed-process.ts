import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processStartTime } from '../../state/process-start-time.ts';
import { TopologyError } from '../../topology.error.ts';
import { orphanGuard } from './orphan-guard.ts';
import { signalTree } from './process-tree.ts';
import { type UnprivilegedUser } from './unprivileged-user.ts';

/** One process to start. */
export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  readonly folder?: string;
  readonly user?: UnprivilegedUser | undefined;
  /** The signal that asks this program to end in good order (default SIGTERM). */
  readonly stopSignal?: 'SIGTERM' | 'SIGINT' | 'SIGQUIT';
  /**
   * The signal that it receives when its starter was killed: by default the stop signal; SIGKILL if its data is not needed.
   */
  readonly orphanSignal?: 'SIGTERM' | 'SIGINT' | 'SIGQUIT' | 'SIGKILL';
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A killed process ends within milliseconds, unless the kernel waits for a disk. */
const ENDED_WITHIN_MS = 10_000;

/** A child process in its own process group, with its output appended to a file. It never outlives this process. */
export class ManagedProcess {
  readonly pid: number;
  /** Resolves when the process has ended for any reason; never rejects. */
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #stopSignal: NodeJS.Signals;

  private constructor(child: ChildProcess, pid: number, launch: Launch) {
    this.#child = child;
    this.pid = pid;
    this.#stopSignal = launch.stopSignal ?? 'SIGTERM';
    orphanGuard.guard(pid, (launch.orphanSignal ?? this.#stopSignal).slice('SIG'.length));
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        orphanGuard.release(pid);
        resolve({ code, signal });
      });
    });
    child.unref();
  }

  static async start(launch: Launch, logFile: string): Promise<ManagedProcess> {
    mkdirSync(dirname(logFile), { recursive: true });
    const log = openSync(logFile, 'a');
    try {
      const child = spawn(launch.file, launch.args, {
        cwd: launch.folder,
        env: launch.environment ?? process.env,
        stdio: ['ignore', log, log],
        detached: true,
        ...launch.user,
      });
      if (child.pid !== undefined) return new ManagedProcess(child, child.pid, launch);
      const [cause] = (await once(child, 'error')) as [Error];
      throw new TopologyError('cannot-start', `cannot start ${launch.file}: ${cause.message}`, { cause });
    } finally {
      closeSync(log);
    }
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Sends the signal to the program. SIGKILL, SIGSTOP and SIGCONT also go to all processes that it has started. */
  signal(signal: NodeJS.Signals): void {
    if (!this.isRunning) return;
    if (signal === 'SIGKILL' || signal === 'SIGSTOP' || signal === 'SIGCONT') signalTree(this.pid, signal);
    else this.#child.kill(signal);
  }

  /** Asks the program to end and waits; kills it if it does not end in time. Idempotent. */
  async stop(graceMs = 10_000): Promise<Exit> {
    this.signal('SIGCONT');
    this.signal(this.#stopSignal);
    const deadline = setTimeout(() => this.signal('SIGKILL'), graceMs);
    this.#child.ref();
    const exit = await this.exited;
    clearTimeout(deadline);
    return exit;
  }

  /** Kills the process and all its descendants with SIGKILL, and waits until they have ended. */
  async kill(): Promise<Exit> {
    const descendants = this.isRunning ? signalTree(this.pid, 'SIGKILL') : [];
    this.#child.ref();
    const exit = await this.exited;
    const deadline = Date.now() + ENDED_WITHIN_MS;
    while (descendants.some((pid) => processStartTime(pid) !== undefined) && Date.now() < deadline)
      await delay(5);
    return exit;
  }
}
