import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { TopologyError } from '../../topology.error.ts';
import { orphanGuard } from './orphan-guard.ts';
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

  /** Sends the signal to the program only; SIGKILL, SIGSTOP and SIGCONT go to its whole group, as in a container engine. */
  signal(signal: NodeJS.Signals): void {
    if (!this.isRunning) return;
    const toGroup = signal === 'SIGKILL' || signal === 'SIGSTOP' || signal === 'SIGCONT';
    try {
      process.kill(toGroup ? -this.pid : this.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
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

  /** Kills the process with SIGKILL and waits until it has ended. */
  async kill(): Promise<Exit> {
    this.signal('SIGKILL');
    this.#child.ref();
    return this.exited;
  }
}
