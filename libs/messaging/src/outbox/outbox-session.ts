import { EventEmitter, once } from 'node:events';
import { Client, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';
import { OUTBOX_CHANNEL } from './append-to-outbox.ts';
import { type OutboxRow } from './outbox-row.ts';
import { RelayConnectionLostError } from './relay-connection-lost.error.ts';
import { type OutboxLag } from './relay-metrics.ts';

/** The shortest time between two hints to the active relay: the next hint covers the rows committed meanwhile. */
const HINT_GAP_MS = 5;

/** The largest lag that is counted: while the broker is unavailable for hours, the count must not cost more and more. */
const MOST_COUNTED = 100_000;

/** The limit for the stored data of the rows that are read at once (it may be compressed). */
const MOST_STORED_BYTES = 4 * 1_024 * 1_024;

/** The advisory lock of a database's relay. Any number works if all relays use the same one. */
const RELAY_LOCK = '7463121086245519';

/**
 * A relay's connection. Lock, reading and deleting share it: the server gives the lock to another relay only when this
 * connection is lost, and then this relay can no longer read or delete.
 */
export class OutboxSession {
  private readonly wake = new EventEmitter();
  private lost: RelayConnectionLostError | undefined;
  private before: Promise<unknown> = Promise.resolve();
  private hinted = false;
  private nextHint: NodeJS.Timeout | undefined;
  private lastHintAt = -Infinity;

  private constructor(
    private readonly client: Client,
    private readonly only: string,
  ) {
    client.on('error', (error) => this.lose(error));
    client.on('end', () => this.lose(undefined));
    client.on('notification', () => this.hint());
  }

  /** @param silenceMs time without a statement after which the server ends the session; longer than the usual gaps */
  static async open(
    databaseUrl: string,
    name: string,
    only: string,
    silenceMs: number,
  ): Promise<OutboxSession> {
    const client = new Client({
      connectionString: databaseUrl,
      application_name: name,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      // A server that vanished silently must not keep the relay waiting.
      query_timeout: 10_000,
    });
    const session = new OutboxSession(client, only);
    try {
      await client.connect();
      // The kernel keeps the connection of a frozen process alive: only the missing statements show that it stands still.
      await client.query(`set idle_session_timeout = ${Math.round(silenceMs)}; listen ${OUTBOX_CHANNEL}`);
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  /** Tries to take the lock without waiting: a relay that queued for it would hold a snapshot open for hours. */
  async tryLead(): Promise<boolean> {
    const { rows } = await this.query<{ leads: boolean }>(
      `select pg_try_advisory_lock(${RELAY_LOCK}) as leads`,
    );
    return rows[0]?.leads === true;
  }

  /**
   * Returns the oldest rows, regardless of what was read before: a transaction that started early may commit its rows, with
   * low positions, after later rows have been published, and `position > last` would skip them. Rows that the broker has
   * rejected are excluded. Returns fewer rows when their stored bytes are many, because the result is held in memory.
   */
  async oldest(limit: number): Promise<readonly OutboxRow[]> {
    const { rows } = await this.query<OutboxRow>({
      name: 'oldest',
      text: `select position, event_id, slot, topic, key, type, data::text as json, traceparent, headers, occurred_at
             from (
               select *, sum(pg_column_size(data)) over (order by position) - pg_column_size(data) as stored_before
               from (select * from outbox where refused_at is null and ${this.only} order by position limit $1) as first
             ) as oldest
             where stored_before < $2 order by position`,
      values: [limit, MOST_STORED_BYTES],
    });
    return rows;
  }

  async delete(rows: readonly OutboxRow[]): Promise<void> {
    await this.query({
      name: 'delete',
      text: `delete from outbox where position = any($1::bigint[]) and ${this.only}`,
      values: [rows.map(({ position }) => position)],
    });
  }

  /** Keeps the row in the outbox, where the relay skips it until it is requeued. */
  async setAside({ position }: OutboxRow, refusal: string): Promise<void> {
    await this.query({
      name: 'set-aside',
      text: `update outbox set refused_at = now(), refusal = $2 where position = $1 and ${this.only}`,
      values: [position, refusal],
    });
  }

  async lag(): Promise<OutboxLag> {
    const { rows } = await this.query<{ rows: number; refused: number; age_ms: number }>({
      name: 'lag',
      text: `select count(*) filter (where refused_at is null)::int as rows,
               count(refused_at)::int as refused,
               coalesce(extract(epoch from clock_timestamp() - min(occurred_at) filter (where refused_at is null)) * 1000, 0)::float8
                 as age_ms
             from (select occurred_at, refused_at from outbox where ${this.only} order by position limit ${MOST_COUNTED}) as waiting`,
    });
    const [lag] = rows;
    return {
      rows: lag?.rows ?? 0,
      refusedRows: lag?.refused ?? 0,
      oldestAgeMs: Math.max(0, lag?.age_ms ?? 0),
    };
  }

  /** @throws {RelayConnectionLostError} when the connection is lost, and the lock with it */
  expectConnected(): void {
    if (this.lost !== undefined) throw this.lost;
  }

  /** Waits for a hint that there are rows, for the connection to end, or for the time to pass. */
  async waitForHint(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.hinted && this.lost === undefined) {
      const until = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
      await once(this.wake, 'wake', { signal: until }).catch(() => undefined);
    }
    this.hinted = false;
  }

  /** Signals that there are rows, and ends `waitForHint` at once. */
  hint(): void {
    this.hinted = true;
    this.wake.emit('wake');
  }

  /**
   * Passes the hint to the active relay, in a transaction of its own: Postgres commits transactions that notify one after
   * the other, which would also serialise their other work. It does not wait for the disk: a lost hint costs one poll.
   */
  passHint(): void {
    if (this.nextHint !== undefined || this.lost !== undefined) return;
    const waitMs = Math.max(0, this.lastHintAt + HINT_GAP_MS - performance.now());
    this.nextHint = setTimeout(() => {
      this.nextHint = undefined;
      this.lastHintAt = performance.now();
      this.query(
        `select set_config('synchronous_commit', 'off', true), pg_notify('${OUTBOX_CHANNEL}', '')`,
      ).catch(() => undefined);
    }, waitMs);
  }

  async close(): Promise<void> {
    clearTimeout(this.nextHint);
    await this.client.end().catch(() => undefined);
  }

  /** Runs queries one after the other: a hint may arrive while the lock is requested. */
  private query<Row extends QueryResultRow>(query: string | QueryConfig): Promise<QueryResult<Row>> {
    const result = this.before.then(() => this.client.query<Row>(query));
    this.before = result.catch(() => undefined);
    return result;
  }

  private lose(cause: unknown): void {
    this.lost ??= new RelayConnectionLostError(cause);
    this.wake.emit('wake');
  }
}
