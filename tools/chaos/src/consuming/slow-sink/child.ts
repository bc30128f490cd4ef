import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const HOOKS = pathToFileURL(join(import.meta.dirname, '../../../../typescript-hooks.mjs')).href;

/** A program of this folder in its own process. It sends reports, and ends when its channel is closed. */
export class Child<Report> {
  readonly reports: Report[] = [];
  readonly #process: ChildProcess;
  #end: string | undefined;

  constructor(program: string, args: readonly string[]) {
    this.#process = fork(join(import.meta.dirname, program), args, {
      execArgv: ['--conditions=@groundwork/source', `--import=${HOOKS}`, '--expose-gc', '--no-warnings'],
    });
    this.#process.on('message', (report) => this.reports.push(report as Report));
    this.#process.on('exit', (code, signal) => (this.#end = signal ?? `status ${code}`));
  }

  /** How the process ended; undefined while it runs. */
  get end(): string | undefined {
    return this.#end;
  }

  async stop(): Promise<void> {
    if (this.#end !== undefined) return;
    const exited = once(this.#process, 'exit');
    if (this.#process.connected) this.#process.disconnect();
    await exited;
  }
}
