import { Client } from 'pg';
import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { READ_COMMITTED_SESSION } from '../session-options.ts';
import { MOVES_CHANNEL } from './move-tables.ts';
import { MOVER_LOCK } from './mover-lock.ts';
import { LOCK_NOT_AVAILABLE, type Sql, sqlOf } from './sql.ts';

const LOCK_WAIT_MS = 5_000;

/**
 * Interval at which the active mover sends a statement on the connection of its lock. After `SILENCE_MS` without one the
 * server ends the session and releases the lock. A frozen process keeps its sockets open, because its kernel answers for it.
 */
const HEARTBEAT_MS = 1_000;
const SILENCE_MS = 5_000;

/**
 * A machine that vanishes closes no socket. Without these settings the directory would keep its mover's lock for two hours,
 * and keep the place of a standby mover in the queue for the lock.
 */
const SESSION =
  `${READ_COMMITTED_SESSION} -c timezone=UTC -c lock_timeout=${LOCK_WAIT_MS} -c client_connection_check_interval=1000
  -c idle_session_timeout=${SILENCE_MS} -c idle_in_transaction_session_timeout=${SILENCE_MS} -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=3`.replaceAll(
    '\n',
    ' ',
  );

export interface MoverName {
  /** The host, container or instance. */
  readonly holder: string;
  readonly pid: number;
}

/**
 * The right to move slots: a connection to the directory that holds the mover's lock. The mover writes to the directory only
 * over this connection. If the connection breaks, the lock is lost and the mover can no longer write there. On the shards
 * its generation is fenced.
 */
export class MoverSession implements Sql {
  private wake: (() => void) | undefined;
  private isLost = false;
  private readonly heartbeat: NodeJS.Timeout;

  private constructor(
    private readonly client: Client,
    readonly generation: string,
  ) {
    client.on('notification', () => this.wake?.());
    client.on('end', () => {
      this.isLost = true;
      this.wake?.();
    });
    // A connection that does not answer is closed by `sqlOf`, and is then lost.
    this.heartbeat = setInterval(() => void this.query('select').catch(() => undefined), HEARTBEAT_MS);
  }

  /** @throws {ReshardingError} `mover-running`, with the name of the mover that holds the lock */
  static open(directoryUrl: string, name: MoverName): Promise<MoverSession> {
    return MoverSession.begin(directoryUrl, name, async (client) => {
      if (!(await tryLock(client))) throw await moverRunning(client);
    });
  }

  /**
   * Waits while another mover is active. It waits for the lock in the database, which transfers it as soon as the connection
   * of the other mover ends. The wait is restarted from time to time, so that a directory that is silently gone is detected.
   * `standsBy` receives the active mover when waiting starts and after each restart of the wait.
   */
  static async standBy(
    directoryUrl: string,
    name: MoverName,
    { signal, standsBy }: { signal: AbortSignal; standsBy: (why: ReshardingError) => void },
  ): Promise<MoverSession> {
    return MoverSession.begin(directoryUrl, name, async (client) => {
      const leave = () => void client.end().catch(() => undefined);
      signal.addEventListener('abort', leave, { once: true });
      try {
        signal.throwIfAborted();
        let isMine = await tryLock(client);
        while (!isMine) {
          standsBy(await moverRunning(client));
          isMine = await waitForLock(client);
        }
      } finally {
        signal.removeEventListener('abort', leave);
      }
    });
  }

  private static async begin(
    directoryUrl: string,
    name: MoverName,
    takeLock: (client: Client) => Promise<void>,
  ): Promise<MoverSession> {
    const client = new Client({
      connectionString: directoryUrl,
      application_name: 'shard-mover',
      connectionTimeoutMillis: 2_000,
      query_timeout: 2 * LOCK_WAIT_MS,
      keepAlive: true,
      options: SESSION,
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

  /** Waits until a request arrives, the session is lost, or the time is over. */
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
    clearInterval(this.heartbeat);
    await this.client.end().catch(() => undefined);
  }
}

async function tryLock(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
    MOVER_LOCK,
  ]);
  return rows[0]!.taken;
}

/** @returns whether it has the lock; false if the wait timed out */
async function waitForLock(client: Client): Promise<boolean> {
  try {
    await client.query('select pg_advisory_lock($1)', [MOVER_LOCK]);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === LOCK_NOT_AVAILABLE) return false;
    throw error;
  }
}

async function moverRunning(client: Client): Promise<ReshardingError> {
  const mover = await client.query<{ holder: string; pid: number; since: Date | null }>(
    'select holder, pid, held_since as since from mover',
  );
  const { holder, pid, since } = mover.rows[0]!;
  // The job that migrates the directory also holds the lock, and a new directory has not had a mover yet.
  const who =
    since === null
      ? 'one without a recorded name'
      : `${holder}, process ${pid}, since ${since.toISOString()}`;
  return new ReshardingError(
    'mover-running',
    `another mover is at work: ${who}; only one may run at a time`,
    {
      retryable: true,
    },
  );
}
