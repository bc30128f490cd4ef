import { Backoff } from '@groundwork/dlq';
import { type EventProducer } from '../kafka/event-producer.ts';
import { MAX_BATCH_BYTES } from '../kafka/message-bytes.ts';
import { PublishRefusedError } from '../kafka/publish-refused.error.ts';
import { type MessagingLogger } from '../logger.ts';
import { pause } from '../time/pause.ts';
import { inBatches, type OutgoingRow } from './outgoing-row.ts';
import { messageOf, type OutboxRow } from './outbox-row.ts';
import { OutboxSession } from './outbox-session.ts';
import { NO_RELAY_METRICS, type RelayMetrics } from './relay-metrics.ts';

const MEASURE_MS = 5_000;
const SILENT_MEASURES = 3;

export interface OutboxRelayOptions {
  /** Names the relay in logs, metrics and `pg_stat_activity`, e.g. `outbox-relay shard-1`. */
  readonly name: string;
  readonly databaseUrl: string;
  /** The caller closes it: several relays may share one. */
  readonly producer: EventProducer;
  /** The CloudEvents source of the published events, e.g. `/order-service`. */
  readonly source: string;
  readonly logger: MessagingLogger;
  readonly metrics?: RelayMetrics;
  /**
   * An SQL condition on rows of the outbox. The other rows are copies of slots that another database owns, and the relay of
   * that database publishes them. Default: this relay publishes all rows.
   */
  readonly only?: string;
  /** The most rows read at once; they are published and deleted in batches of bounded bytes. Default: 500. */
  readonly batchSize?: number;
  /** How long to wait for a notification before polling. Default: 500 ms. */
  readonly pollMs?: number;
  /**
   * How often the waiting rows are counted for the metrics. An active relay that stands still loses its lock after three
   * missed counts. Default: 5 s.
   */
  readonly measureMs?: number;
  /** How long `stop` continues to publish the remaining rows. Default: 3 s. */
  readonly flushLimitMs?: number;
}

/**
 * Publishes the events of one database's outbox, oldest first, and deletes exactly those that the broker has acknowledged.
 *
 *     connect ──▶ stand by ── lock free ──▶ lead: read oldest → publish → delete ──▶ (again, or wait for a hint)
 *        ▲                                    │
 *        └────────── backoff ◀── connection lost, broker unavailable
 *
 * Every instance of a service runs a relay. The relay that holds the database's advisory lock is active, so that the events
 * of a key are published in order. When a relay crashes between the acknowledgement and the deletion, the batch is published
 * again under the same ids, which the inbox of each consumer knows.
 *
 * A row that the broker rejects when it is sent alone (too large) is set aside in the outbox (`listRefusedEvents`). The rows
 * behind it are published, including the later events of its key.
 *
 * A relay that stands still (SIGSTOP) is silent: the server ends its session, by the server's own clock, and with it the
 * lock. When the relay resumes, it cannot delete rows, because it has no session.
 */
export class OutboxRelay {
  private readonly stopping = new AbortController();
  private readonly backoff = new Backoff({ firstMs: 100, factor: 2, maxMs: 5_000, jitter: 0.3 });
  private readonly metrics: RelayMetrics;
  private running: Promise<void> | undefined;
  private session: OutboxSession | undefined;
  private flushUntil = Infinity;
  private failures = 0;
  private leading = false;

  constructor(private readonly options: OutboxRelayOptions) {
    this.metrics = options.metrics ?? NO_RELAY_METRICS;
  }

  /** Whether this relay is the active one of its database. */
  get isActive(): boolean {
    return this.leading;
  }

  start(): void {
    this.running ??= this.run();
  }

  /**
   * Signals that rows have been committed without a notification. An active relay polls at once. A standby relay notifies
   * the active one, at most once in a few milliseconds. The hint may get lost; the call never waits or throws.
   */
  hint(): void {
    if (this.leading) this.session?.hint();
    else this.session?.passHint();
  }

  /** Publishes the remaining rows, within a time limit, and releases the lock. Idempotent. */
  async stop(): Promise<void> {
    this.flushUntil = Date.now() + (this.options.flushLimitMs ?? 3_000);
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.connectAndRelay(signal);
      } catch (error) {
        this.failures += 1;
        const delayMs = this.backoff.delayMs(this.failures);
        this.options.logger.warn(
          { err: error, relay: this.options.name, delayMs },
          'the relay failed; it reconnects after the delay',
        );
        await pause(delayMs, signal);
      }
    }
  }

  private async connectAndRelay(signal: AbortSignal): Promise<void> {
    const session = await OutboxSession.open(
      this.options.databaseUrl,
      this.options.name,
      this.options.only ?? 'true',
      SILENT_MEASURES * (this.options.measureMs ?? MEASURE_MS),
    );
    this.session = session;
    const measuring = new AbortController();
    void this.measure(session, measuring.signal);
    try {
      if (await this.standBy(session, signal)) await this.lead(session, signal);
    } finally {
      measuring.abort();
      this.session = undefined;
      this.setLeading(false);
      await session.close();
    }
  }

  /** Measures on a standby relay, too: an active relay that stands still cannot report it. */
  private async measure(session: OutboxSession, signal: AbortSignal): Promise<void> {
    const { name, logger, measureMs = MEASURE_MS } = this.options;
    while (!signal.aborted) {
      try {
        this.metrics.waiting(name, await session.lag());
      } catch (error) {
        if (!signal.aborted)
          logger.warn({ err: error, relay: name }, 'the lag of the outbox could not be read; retrying');
      }
      await pause(measureMs, signal);
    }
  }

  /** @returns whether this relay got the lock before it was stopped */
  private async standBy(session: OutboxSession, signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      session.expectConnected();
      if (await session.tryLead()) return true;
      this.failures = 0;
      await pause(this.options.pollMs ?? 500, signal);
    }
    return false;
  }

  private async lead(session: OutboxSession, signal: AbortSignal): Promise<void> {
    const { batchSize = 500, pollMs = 500 } = this.options;
    this.setLeading(true);
    for (;;) {
      const published = await this.publishOldest(session, batchSize);
      this.failures = 0;
      if (published > 0 && Date.now() < this.flushUntil) continue;
      if (signal.aborted) return;
      await session.waitForHint(pollMs, signal);
    }
  }

  /** @returns the number of rows read: each has been published or set aside */
  private async publishOldest(session: OutboxSession, limit: number): Promise<number> {
    const rows = await session.oldest(limit);
    const outgoing = rows.map((row) => ({ row, message: messageOf(row, this.options.source) }));
    for (const batch of inBatches(outgoing, MAX_BATCH_BYTES)) await this.publish(session, batch);
    return rows.length;
  }

  /** Publishes a batch. Halves a batch that the broker rejects, in the order of the rows, until a rejected row is alone. */
  private async publish(session: OutboxSession, batch: readonly OutgoingRow[]): Promise<void> {
    const rows = batch.map(({ row }) => row);
    const [first] = rows;
    if (first === undefined) return;
    session.expectConnected();
    try {
      await this.options.producer.publish(batch.map(({ message }) => message));
    } catch (error) {
      if (!(error instanceof PublishRefusedError)) throw error;
      if (batch.length === 1) return this.setAside(session, first, error);
      const middle = Math.ceil(batch.length / 2);
      await this.publish(session, batch.slice(0, middle));
      return this.publish(session, batch.slice(middle));
    }
    await session.delete(rows);
    this.metrics.published(this.options.name, rows.length, Date.now() - first.occurred_at.getTime());
  }

  private async setAside(session: OutboxSession, row: OutboxRow, error: PublishRefusedError): Promise<void> {
    await session.setAside(row, error.reason);
    const { name: relay, logger } = this.options;
    logger.error(
      { err: error, relay, eventId: row.event_id, topic: row.topic, key: row.key, type: row.type },
      'the broker rejected an event; it is set aside in the outbox until it is requeued',
    );
  }

  private setLeading(leads: boolean): void {
    if (this.leading === leads) return;
    this.leading = leads;
    this.metrics.leads(this.options.name, leads);
    const line = leads ? 'this relay is the active one' : 'this relay is no longer active';
    this.options.logger.info({ relay: this.options.name }, line);
  }
}
