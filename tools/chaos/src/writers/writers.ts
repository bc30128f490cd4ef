import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Command, type Report, type WriterOptions, type Writings } from './messages.ts';

const PROGRAM = join(import.meta.dirname, 'writer.process.ts');

/** Several writers, each in its own process. */
export class Writers {
  readonly #writers: readonly RunningWriter[];

  constructor(options: readonly WriterOptions[]) {
    this.#writers = options.map((one) => new RunningWriter(one));
  }

  get accepted(): number {
    return this.#writers.reduce((sum, { accepted }) => sum + accepted, 0);
  }

  get failed(): number {
    return this.#writers.reduce((sum, { failed }) => sum + failed, 0);
  }

  /** Lets the writers end their started work, and resolves with their results. Rejects when one of them died. */
  async finish(): Promise<Writings> {
    const all = await Promise.all(this.#writers.map((writer) => writer.finish()));
    return {
      accepted: all.flatMap(({ accepted }) => accepted),
      placings: all.flatMap(({ placings }) => placings),
      failures: all.flatMap(({ failures }) => failures),
      reads: all.reduce((sum, { reads }) => sum + reads, 0),
    };
  }

  kill(): void {
    for (const writer of this.#writers) writer.kill();
  }
}

class RunningWriter {
  accepted = 0;
  failed = 0;
  readonly #process: ChildProcess;
  readonly #finished: Promise<Writings>;

  constructor(options: WriterOptions) {
    this.#process = fork(PROGRAM, { execArgv: ['--conditions=@groundwork/source'] });
    this.#finished = new Promise((resolve, reject) => {
      this.#process.on('message', (report: Report) => {
        if (report.type === 'finished') return resolve(report);
        this.accepted = report.accepted;
        this.failed = report.failed;
      });
      this.#process.on('error', reject);
      this.#process.on('exit', (code) => reject(new Error(`a writer ended with status ${code}`)));
    });
    // The caller of `finish` receives the rejection.
    this.#finished.catch(() => undefined);
    this.#tell({ type: 'begin', options });
  }

  async finish(): Promise<Writings> {
    this.#tell({ type: 'finish' });
    const writings = await this.#finished;
    if (this.#process.exitCode === null) await once(this.#process, 'exit');
    return writings;
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  #tell(command: Command): void {
    if (this.#process.connected) this.#process.send(command);
  }
}
