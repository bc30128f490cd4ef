import { setTimeout as delay } from 'node:timers/promises';
import { type Order } from '@groundwork/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type OrderServiceConfig } from '../config.ts';
import { OutboxRelays } from '../publish-events/outbox-relays.ts';
import { SchemaSkewError } from '../storage/schema-skew.error.ts';
import { ANSWER_MARGIN_MS } from '../storage/shard-data-source.ts';
import { ShardOverloadedError } from '../storage/shard-overloaded.error.ts';
import { ShardUnavailableError } from '../storage/shard-unavailable.error.ts';
import { type Shard } from '../storage/shard.ts';
import { TransactionConflictError } from '../storage/transaction-conflict.error.ts';
import { ArrivedLateError } from './arrived-late.error.ts';
import { Batcher } from './batcher.ts';
import { PLACE_ORDERS, type PlacedRow, type RefusalRow } from './place-orders.statement.ts';
import { type Outcome, outcomeOf, parametersOf, type Placing } from './placing.ts';

interface Lines {
  readonly together: Batcher<Placing, Outcome>;
  /** For orders that have met a locked row: in a batch they would delay the other orders again. */
  readonly alone: Batcher<Placing, Outcome>;
}

/** How long a batch waits for a row that another transaction locks. A commit takes some milliseconds. */
const LOCK_TIMEOUT_MS = 100;

/**
 * Writes concurrent orders of one shard in batches: with a commit that waits for the disk, a batch of 32 takes about five
 * times as long as one order. An order that meets a locked row leaves its batch and is retried alone.
 */
@Injectable()
export class OrderWriter {
  private readonly lines = new WeakMap<Shard, Lines>();

  constructor(
    @Inject(OutboxRelays) private readonly relays: Pick<OutboxRelays, 'hint'>,
    @Inject(CONFIG) private readonly config: Pick<OrderServiceConfig, 'SHARD_CONNECT_TIMEOUT_MS'>,
  ) {}

  /**
   * Writes nothing after the promise has settled. If the answer of the database was lost, the order may be stored; a request
   * with the same idempotency key finds out.
   *
   * @returns undefined when nothing was placed
   * @throws {SlotRefusedError} {ShardUnavailableError} {ShardOverloadedError} {TransactionConflictError}
   */
  async write(placing: Placing): Promise<Order | undefined> {
    const { together, alone } = this.linesOf(placing.route.shard);
    let isAlone = false;
    for (;;) {
      try {
        const untilMs = isAlone ? placing.untilMs : this.endOfPatience(placing);
        const outcome = await (isAlone ? alone : together).add(placing, { untilMs, signal: placing.signal });
        if (outcome instanceof Error) throw outcome;
        return outcome;
      } catch (error) {
        if (error instanceof TransactionConflictError) isAlone = true;
        else if (!(error instanceof ArrivedLateError)) throw error;
        if (performance.now() >= placing.untilMs) throw error;
      }
      await delay(5 + Math.random() * LOCK_TIMEOUT_MS);
    }
  }

  /** An order in the queue waits for a connection to its shard, so the connect timeout limits that wait. */
  private endOfPatience({ untilMs }: Placing): number {
    return Math.min(untilMs, performance.now() + this.config.SHARD_CONNECT_TIMEOUT_MS);
  }

  private linesOf(shard: Shard): Lines {
    let lines = this.lines.get(shard);
    if (lines === undefined) {
      const place = (batch: readonly Placing[]) => this.place(shard, batch);
      const overloaded = () => new ShardOverloadedError(shard.name);
      const outOfTurns = () =>
        new TransactionConflictError(
          shard.name,
          new Error('the order expired in the queue of orders that met a locked row'),
        );
      lines = {
        together: new Batcher(place, { isAboutAll, overloaded }),
        alone: new Batcher(place, { isAboutAll, overloaded: outOfTurns, maxBatchSize: 1 }),
      };
      this.lines.set(shard, lines);
    }
    return lines;
  }

  private async place(shard: Shard, batch: readonly Placing[]): Promise<Outcome[]> {
    let asked: readonly Placing[] = [];
    const rows = await shard.run(async (connection) => {
      // Clients may have disconnected while their orders waited for the connection.
      asked = batch.filter(({ signal }) => signal?.aborted !== true);
      if (asked.length === 0) return [];
      const deadlineMs = shard.clock.nowMs() + ANSWER_MARGIN_MS;
      return connection.execute<PlacedRow | RefusalRow>(PLACE_ORDERS, [
        ...parametersOf(asked),
        deadlineMs,
        `${LOCK_TIMEOUT_MS}ms`,
      ]);
    });
    const placed = new Map(rows.filter(isPlaced).map((row) => [row.id, row]));
    const refusal = rows.find((row) => !isPlaced(row));
    // The statement may count as late because our copy of the database's clock is wrong: the returned time corrects it.
    if (refusal !== undefined) shard.clock.set(refusal.nowMs);
    if (placed.size > 0) this.relays.hint(shard.name);
    return batch.map((placing) =>
      outcomeOf(placing, refusal?.outcomes[asked.indexOf(placing)], placed.get(placing.orderId)),
    );
  }
}

const isPlaced = (row: PlacedRow | RefusalRow): row is PlacedRow => row.id !== null;

const isAboutAll = (error: unknown) =>
  error instanceof ShardUnavailableError || error instanceof SchemaSkewError;
