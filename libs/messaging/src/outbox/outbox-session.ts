import { EventEmitter, once } from 'node:events';
import { Client, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';
import { OUTBOX_CHANNEL } from './append-to-outbox.ts';
import { type OutboxRow } from './outbox-row.ts';
import { RelayConnectionLostError } from './relay-connection-lost.error.ts';
import { type OutboxLag } from './relay-metrics.ts';

/** Between two hints to a relay elsewhere: what is committed meanwhile is told of with the next. */
const HINT_GAP_MS = 5;

/** As far as the lag is counted: while the broker is away for hours, the count must not cost more and more. */
const MOST_COUNTED = 100_000;

/** Of the rows that are read at once, the data where it is stored (it may be compressed). */
const MOST_STORED_BYTES = 4 * 1_024 * 1_024;

/** The advisory lock of a database's relay; any number will do as long as all relays use the same. */
const RELAY_LOCK = '7463121086245519';

/**
 * A relay's connection. Lock, reading and deleting share it: the server gives the lock to another relay exactly when this
 * connection is gone, and then nothing more can be read or deleted here.
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

  /** @param silenceMs after how long without a statement the server ends the session; longer than the gaps between them */
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
      // A server that vanished without a word must not keep the relay waiting.
      query_timeout: 10_000,
    });
    const session = new OutboxSession(client, only);
    try {
      await client.connect();
      // A process that stands still keeps its connection, its kernel answers for it: only its silence tells.
      await client.query(`set idle_session_timeout = ${Math.round(silenceMs)}; listen ${OUTBOX_CHANNEL}`);
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  /** Asks for the lock, at once or never: a relay that queued for it would hold a snapshot open for hours. */
  async tryLead(): Promise<boolean> {
    const { rows } = await this.query<{ leads: boolean }>(
      `select pg_try_advisory_lock(${RELAY_LOCK}) as leads`,
    );
    return rows[0]?.leads === true;
  }

  /**
   * The oldest rows, whatever was read before: a transaction that began early may commit its rows, with their low
   * positions, after later ones have been published, and `position > last` would pass them over. Those that the broker has
   * refused are left out. Of large rows fewer come, by the bytes that they take where they are stored: what is read is in memory.
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

  /** Keeps the row in the outbox, out of the relay's way, until it is queued again. */
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

  /** @throws {RelayConnectionLostError} when the connection is gone, and the lock with it */
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

  /** There are rows: whoever waits here looks at once. */
  hint(): void {
    this.hinted = true;
    this.wake.emit('wake');
  }

  /**
   * Passes the hint to the relay that leads, in a transaction of its own: Postgres lets those that notify commit one after the
   * other, which would serialise whatever else they do. It waits for no disk, for a lost hint costs one poll.
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

  /** One after the other: a hint may come while the lock is asked for. */
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
