import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { TopologyError } from '../topology.error.ts';
import { ManagedProcess, type Launch } from './process/managed-process.ts';

/** How to start a server, and how to check that it is ready. */
export interface ServerRecipe {
  readonly name: string;
  readonly port: number;
  readonly logFile: string;
  readonly launch: Launch;
  /** Called every few milliseconds while the server starts; false or a rejection means "not yet". */
  isReady(): Promise<boolean>;
}

/** A server that can be stopped, killed, paused and restarted on the same port with the same data. */
export class Server {
  readonly #recipe: ServerRecipe;
  #process: ManagedProcess | undefined;

  private constructor(recipe: ServerRecipe) {
    this.#recipe = recipe;
  }

  static async start(recipe: ServerRecipe): Promise<Server> {
    const server = new Server(recipe);
    await server.restart();
    return server;
  }

  get port(): number {
    return this.#recipe.port;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /**
   * Starts the server (again) and waits until it is ready. A server that was just killed may leave something behind that
   * blocks its successor (Postgres: backends still attached to the shared memory), so an early end is retried until the time
   * is over.
   */
  async restart(withinMs = 60_000): Promise<void> {
    await this.stop();
    const deadline = Date.now() + withinMs;
    for (let attempt = 1; ; attempt += 1) {
      this.#process = await ManagedProcess.start(this.#recipe.launch, this.#recipe.logFile);
      if (await this.#becameReady(this.#process, deadline)) return;
      if (this.#process.isRunning || Date.now() > deadline || attempt === 5) {
        await this.#process.kill();
        throw new TopologyError('not-ready', this.#whyNotReady(withinMs), { retryable: true });
      }
      await delay(100 * attempt);
    }
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  /** Kills the server with SIGKILL: data that is neither on the disk nor in the page cache is lost. */
  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  pause(): void {
    this.#process?.signal('SIGSTOP');
  }

  resume(): void {
    this.#process?.signal('SIGCONT');
  }

  async #becameReady(child: ManagedProcess, deadline: number): Promise<boolean> {
    while (child.isRunning && Date.now() < deadline) {
      if (await this.#recipe.isReady().catch(() => false)) return child.isRunning;
      await delay(25);
    }
    return false;
  }

  #whyNotReady(withinMs: number): string {
    const { name, port, logFile } = this.#recipe;
    return `${name} on port ${port} was not ready within ${withinMs} ms; its log ${logFile} ends:\n${tailOf(logFile)}`;
  }
}

/** Returns the last 2 kB of a log, which is enough to show why a program ended. */
export function tailOf(file: string): string {
  if (!existsSync(file)) return '(empty)';
  const bytes = Math.min(2_048, statSync(file).size);
  const buffer = Buffer.alloc(bytes);
  const handle = openSync(file, 'r');
  readSync(handle, buffer, 0, bytes, statSync(file).size - bytes);
  closeSync(handle);
  return buffer.toString('utf8').trimEnd();
}
