import { Client } from 'pg';
import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { MOVES_CHANNEL } from './move-tables.ts';
import { MOVER_LOCK } from './mover-lock.ts';
import { type Sql, sqlOf } from './sql.ts';

export interface MoverName {
  /** Host, container or instance. */
  readonly holder: string;
  readonly pid: number;
}

/**
 * The right to move slots: a connection to the directory that holds its one lock. Whatever the mover writes into the directory
 * goes over this connection, so a mover whose connection broke, and with it the lock, writes nothing there any more; on the
 * shards its generation is fenced.
 */
export class MoverSession implements Sql {
  private wake: (() => void) | undefined;
  private isLost = false;

  private constructor(
    private readonly client: Client,
    readonly generation: string,
  ) {
    client.on('notification', () => this.wake?.());
    client.on('end', () => {
      this.isLost = true;
      this.wake?.();
    });
  }

  /** @throws {ReshardingError} `mover-running`, with the name of the mover that has the lock */
  static async open(directoryUrl: string, name: MoverName): Promise<MoverSession> {
    const client = new Client({
      connectionString: directoryUrl,
      application_name: 'shard-mover',
      connectionTimeoutMillis: 2_000,
      query_timeout: 10_000,
      keepAlive: true,
      options: '-c timezone=UTC',
    });
    client.on('error', () => undefined);
    await client.connect();
    try {
      await takeLock(client);
      const { rows } = await client.query<{ generation: string }>(
        `update mover set generation = generation + 1, holder = $1, pid = $2, held_since = now() returning generation`,
        [name.holder, name.pid],
      );
      await client.query(`listen ${MOVES_CHANNEL}`);
      return new MoverSession(client, rows[0]!.generation);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  }

  get lost(): boolean {
    return this.isLost;
  }

  query<Row extends object>(text: string, values?: unknown[]): Promise<Row[]> {
    return sqlOf(this.client).query<Row>(text, values);
  }

  /** Until the operator wants something, the session is lost, or the time is over. */
  async waitForWishes(ms: number, signal: AbortSignal): Promise<void> {
    if (this.isLost || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    this.wake = resolve;
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    clearTimeout(timer);
    this.wake = undefined;
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}

async function takeLock(client: Client): Promise<void> {
  const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
    MOVER_LOCK,
  ]);
  if (rows[0]!.taken) return;
  const mover = await client.query<{ holder: string; pid: number; since: Date }>(
    'select holder, pid, held_since as since from mover',
  );
  const { holder, pid, since } = mover.rows[0]!;
  throw new ReshardingError(
    'mover-running',
    `another mover is at work: ${holder}, process ${pid}, since ${since.toISOString()}; there is one at a time`,
    { retryable: true },
  );
}
