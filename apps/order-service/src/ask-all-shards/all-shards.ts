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
  /** Made by `ownedRowsStatement`. */
  readonly statement: PreparedStatement;
  readonly values: readonly unknown[];
}

export interface AskOptions {
  /** Whether rows of some shards are better than an error; else every shard has to answer. */
  readonly partial: boolean;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

export interface Answers<Row> {
  /** The rows of each shard that answered. */
  readonly rows: readonly (readonly Row[])[];
  readonly failedShards: readonly string[];
}

type Settings = Pick<OrderServiceConfig, 'SCATTER_DEADLINE_MS' | 'SHARD_POOL_SIZE'>;

/** Of each shard's connections: a question takes one on every shard, for longer than other requests do. */
const SHARE_OF_POOL = 0.25;
/** Questions that wait for each one that runs. */
const WAITING_PER_PLACE = 4;

/**
 * Asks every shard that owns a slot, and sees each slot exactly once, also while slots change hands: answers count only
 * when they all belong to one map (`ownedRowsStatement` says why that suffices), else all shards are asked again by a newer.
 * However many questions come, they leave most connections to other requests.
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
   * @throws {ShardUnavailableError} {SchemaSkewError} strict: of the first shard that fails; partial: when all do
   * @throws {TooManyQuestionsError} when as many questions run and wait as may
   * @throws {SlotsMovingError} {DirectoryLostError} strict: when no newer map is to be had
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
        // What the others hold is still right: by this map, none of it is anybody else's.
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

  /** @returns why there is none */
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

/** @throws {StaleEpochError} unless the shard owned what the map gives it when the rows were read */
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

/** A shard that is away, or too slow, or too old; anything else is a fault of ours, and no part of an answer hides it. */
const isAbsent = (error: unknown) =>
  error instanceof ShardUnavailableError ||
  error instanceof SchemaSkewError ||
  error instanceof ShardDeadlineError;

const asUnavailable = (error: unknown) =>
  error instanceof ShardDeadlineError ? new ShardUnavailableError(error.shard, error) : error;
