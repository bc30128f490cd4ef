import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'pg';
import { type SlotMap } from '../../slots/slot-map.ts';
import { ChangeListener } from './change-listener.ts';
import { DirectoryUnavailableError, DirectoryEmptyError } from './directory.errors.ts';
import { type DirectoryState, readDirectory } from './read-directory.ts';

export interface SlotDirectoryOptions {
  readonly url: string;
  /** Whether to listen for changes. Without, changes are found by polling only. Default: true. */
  readonly push?: boolean;
  /** Interval of polling, in case a push is lost. Default: 1 s. */
  readonly pollMs?: number;
  /** How long `start` retries to reach the directory. Default: 10 s. */
  readonly startMs?: number;
  /** Receives errors of reads in the background. The last state stays in use. */
  readonly onLost?: (error: unknown) => void;
}

/**
 * Interval of reads while a caller waits for a newer map: a slot that is being switched has no owner for some milliseconds.
 */
const WAITING_POLL_MS = 20;

const START_RETRY_MS = 200;

/**
 * The directory as a process sees it: a cached state that push and polling keep current, and that is replaced as a whole.
 * Safe to use concurrently. Reading `current` never waits.
 */
export class SlotDirectory {
  private readonly pool: Pool;
  private readonly listener: ChangeListener | undefined;
  private readonly listeners = new Set<(state: DirectoryState) => void>();
  private state: DirectoryState | undefined;
  private poll: NodeJS.Timeout | undefined;
  private reading: Promise<void> | undefined;
  private readAgain = false;

  constructor(private readonly options: SlotDirectoryOptions) {
    this.pool = new Pool({
      connectionString: options.url,
      application_name: 'slot directory',
      max: 2,
      connectionTimeoutMillis: 1_000,
      query_timeout: 2_000,
      keepAlive: true,
    });
    // When an idle connection breaks with its server, the next query opens another one.
    this.pool.on('error', () => undefined);
    this.listener =
      options.push === false ? undefined : new ChangeListener(options.url, () => this.readInBackground());
  }

  /**
   * Reads the first state. Retries for a while, because databases and services often start at the same time.
   *
   * @throws {DirectoryUnavailableError} {DirectoryEmptyError}
   */
  async start(): Promise<void> {
    const until = performance.now() + (this.options.startMs ?? 10_000);
    while (this.state === undefined) {
      try {
        await this.refresh();
      } catch (error) {
        if (error instanceof DirectoryEmptyError || performance.now() >= until) throw error;
        await delay(START_RETRY_MS);
      }
    }
    this.listener?.start();
    this.poll = setInterval(() => this.readInBackground(), this.options.pollMs ?? 1_000).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.poll);
    await this.listener?.stop();
    await this.reading?.catch(() => undefined);
    await this.pool.end();
  }

  get current(): DirectoryState {
    if (this.state === undefined) throw new DirectoryUnavailableError(new Error('not started'));
    return this.state;
  }

  /** Registers a listener that is called with each new state, in order. */
  onChange(listener: (state: DirectoryState) => void): void {
    this.listeners.add(listener);
  }

  /** Reads the directory now. Concurrent calls share one read, which starts no earlier than the call. */
  refresh(): Promise<void> {
    if (this.reading === undefined) {
      this.reading = this.read().finally(() => {
        this.reading = undefined;
      });
      return this.reading;
    }
    this.readAgain = true;
    return this.reading;
  }

  /**
   * Waits for a newer map than `known`. Reads the directory immediately and then every 20 ms.
   *
   * @returns whether there is a newer map; false when the time is over
   * @throws {DirectoryUnavailableError} if the directory cannot be read
   */
  async newerThan(known: SlotMap, withinMs: number): Promise<boolean> {
    const until = performance.now() + withinMs;
    for (;;) {
      if (this.current.map !== known) return true;
      await this.refresh();
      if (this.current.map !== known) return true;
      if (performance.now() >= until) return false;
      await delay(WAITING_POLL_MS);
    }
  }

  private readInBackground(): void {
    this.refresh().catch((error: unknown) => this.options.onLost?.(error));
  }

  private async read(): Promise<void> {
    do {
      this.readAgain = false;
      const before = this.state;
      const state = await this.readOrThrow();
      if (before !== undefined && !differs(before, state)) continue;
      this.state = state;
      for (const listener of this.listeners) listener(state);
    } while (this.readAgain);
  }

  private async readOrThrow(): Promise<DirectoryState> {
    try {
      return await readDirectory(this.pool, this.state?.map);
    } catch (error) {
      throw error instanceof DirectoryEmptyError ? error : new DirectoryUnavailableError(error);
    }
  }
}

function differs(one: DirectoryState, other: DirectoryState): boolean {
  if (one.map !== other.map || one.shardUrls.size !== other.shardUrls.size) return true;
  return [...other.shardUrls].some(([name, url]) => one.shardUrls.get(name) !== url);
}
