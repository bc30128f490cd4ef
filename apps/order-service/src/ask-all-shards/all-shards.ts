import { type ProblemError } from '@groundwork/service-kit';
import {
  scatter,
  type Scattered,
  ShardDeadlineError,
  type SlotMap,
  StaleEpochError,
} from '@groundwork/sharding';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type OrderServiceConfig } from '../config.ts';
import { Gate } from '../limit-work/gate.ts';
import { DirectoryLostError } from '../storage/directory-lost.error.ts';
import { SchemaSkewError } from '../storage/schema-skew.error.ts';
import { type PreparedStatement } from '../storage/shard-connection.ts';
import { ShardUnavailableError } from '../storage/shard-unavailable.error.ts';
import { type Shard } from '../storage/shard.ts';
import { PATIENCE_MS, SHARDS, type Shards } from '../storage/shards.ts';
import { type OwnedRow } from './owned-rows.statement.ts';
import { SlotsMovingError } from './slots-moving.error.ts';
import { TooManyQuestionsError } from './too-many-questions.error.ts';

export interface Question {
  /** A statement made by `ownedRowsStatement`. */
  readonly statement: PreparedStatement;
  readonly values: readonly unknown[];
}

export interface AskOptions {
  /** Whether to return the rows of the remaining shards when some fail; otherwise every shard must answer. */
  readonly partial: boolean;
  /** Aborted when the client no longer waits for the answer. */
  readonly signal: AbortSignal;
}

export interface Answers<Row> {
  /** The rows of each shard that answered. */
  readonly rows: readonly (readonly Row[])[];
  readonly failedShards: readonly string[];
}

type Settings = Pick<OrderServiceConfig, 'SCATTER_DEADLINE_MS' | 'SHARD_POOL_SIZE'>;

/** The share of each shard's connections. A query takes one connection on every shard, for longer than other requests do. */
const SHARE_OF_POOL = 0.25;
/** Number of waiting queries for each running query. */
const WAITING_PER_PLACE = 4;

/**
 * Queries every shard that owns a slot, and sees each slot exactly once, also while slots change owners. Answers are valid
 * only when all of them belong to one map (`ownedRowsStatement` explains why that suffices); otherwise all shards are
 * queried again by a newer map. A gate limits the running queries, so that most connections stay available to other
 * requests.
 */
@Injectable()
export class AllShards {
  private readonly gate: Gate;

  constructor(
    @Inject(SHARDS) private readonly shards: Shards,
    @Inject(CONFIG) private readonly settings: Settings,
  ) {
    const places = Math.max(1, Math.floor(settings.SHARD_POOL_SIZE * SHARE_OF_POOL));
    const refuse = () => new TooManyQuestionsError();
    this.gate = new Gate(places, { maxWaiting: places * WAITING_PER_PLACE, refuse });
  }

  /**
   * @throws {ShardUnavailableError} {SchemaSkewError} strict: for the first shard that fails; partial: when all shards fail
   * @throws {TooManyQuestionsError} when the limits of running and waiting queries are reached
   * @throws {SlotsMovingError} {DirectoryLostError} strict: when no newer map is available in time
   */
  async ask<Row extends object>(question: Question, options: AskOptions): Promise<Answers<Row>> {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      const { map } = this.shards;
      try {
        return await this.askBy<Row>(map, question, options, options.partial ? isAbsent : undefined);
      } catch (error) {
        if (!(error instanceof StaleEpochError)) throw asUnavailable(error);
        const unresolved = await this.waitForNewerMap(map, until, error);
        if (unresolved === undefined) continue;
        if (!options.partial) throw unresolved;
        // The rows of the other shards are still valid: by this map, each of their slots belongs to one shard only.
        return this.askBy<Row>(map, question, options, (reason) => isAbsent(reason) || isStale(reason));
      }
    }
  }

  private async askBy<Row extends object>(
    map: SlotMap,
    { statement, values }: Question,
    { signal }: AskOptions,
    tolerates: ((error: unknown) => boolean) | undefined,
  ): Promise<Answers<Row>> {
    const ask = (shard: Shard, signal: AbortSignal) =>
      shard.run(async (connection) => {
        const rows = await connection.execute<OwnedRow<Row>>(statement, [...values]);
        return ownedRows(shard.name, rows, map.ownershipEpochOf(shard.name));
      }, signal);
    const shards = map.shards.map((name) => this.shards.ofName(name));
    const deadlineMs = this.settings.SCATTER_DEADLINE_MS;
    return this.gate.run(async () =>
      answersOf(await scatter(shards, ask, { deadlineMs, signal, ...(tolerates && { tolerates }) })),
    );
  }

  /** @returns the reason when no newer map is available */
  private async waitForNewerMap(
    map: SlotMap,
    until: number,
    stale: StaleEpochError,
  ): Promise<ProblemError | undefined> {
    try {
      const isNewer = await this.shards.newerThan(map, until - performance.now());
      return isNewer && performance.now() < until ? undefined : new SlotsMovingError(stale);
    } catch (error) {
      if (error instanceof DirectoryLostError) return error;
      throw error;
    }
  }
}

/** @throws {StaleEpochError} unless the shard owned exactly the slots of the map when the rows were read */
function ownedRows<Row extends object>(
  shard: string,
  rows: readonly OwnedRow<Row>[],
  expected: number,
): Row[] {
  const epoch = rows[0]?.ownershipEpoch;
  if (epoch !== expected)
    throw new StaleEpochError(`${shard} owns the slots of epoch ${epoch}, not ${expected}`);
  return rows.filter((row) => row.isRow === true);
}

function answersOf<Row>({ answers, failures }: Scattered<Row[]>): Answers<Row> {
  return { rows: answers.map(({ value }) => value), failedShards: failures.map(({ shard }) => shard) };
}

const isStale = (error: unknown) => error instanceof StaleEpochError;

/**
 * A shard that is down, too slow or on an old schema. Any other error is a fault of the service and fails the whole query.
 */
const isAbsent = (error: unknown) =>
  error instanceof ShardUnavailableError ||
  error instanceof SchemaSkewError ||
  error instanceof ShardDeadlineError;

const asUnavailable = (error: unknown) =>
  error instanceof ShardDeadlineError ? new ShardUnavailableError(error.shard, error) : error;
