import {
  classifyDatabaseError,
  DatabaseError,
  readSchemaState,
  type Transactions,
} from '@groundwork/messaging';
import { cancelOnAbort } from '@groundwork/sharding/postgres';
import { type Client } from 'pg';
import {
  type DataSource,
  type EntityManager,
  QueryFailedError,
  type QueryRunner,
  QueryRunnerAlreadyReleasedError,
} from 'typeorm';
import { SchemaSkewError } from './schema-skew.error.ts';
import { ShardClock } from './shard-clock.ts';
import { ShardConnection } from './shard-connection.ts';
import { ShardUnavailableError } from './shard-unavailable.error.ts';
import { TransactionConflictError } from './transaction-conflict.error.ts';

/**
 * The database of one shard behind a small pool. It connects on first use and reconnects when needed, so a service starts
 * while a shard is down and uses it when it is back. A shard that is unreachable or does not answer in time causes a
 * `ShardUnavailableError`; a lock or a row that another transaction holds causes a `TransactionConflictError`; other errors
 * of the work are thrown unchanged. Safe for concurrent use.
 */
export class Shard implements Transactions {
  readonly clock = new ShardClock();
  private connecting: Promise<DataSource> | undefined;

  constructor(
    readonly name: string,
    private readonly createDataSource: () => DataSource,
  ) {}

  /**
   * Runs work on one connection, each statement in its own transaction. An abort cancels the running statement on the
   * server.
   *
   * @throws the reason of the signal for cancelled work
   */
  async run<T>(work: (connection: ShardConnection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { runner, client } = await this.checkOut();
    const stopCancelling = signal && cancelOnAbort(client, signal);
    try {
      // The client may have disconnected while this work waited for a connection.
      signal?.throwIfAborted();
      return await work(new ShardConnection(runner.manager, client));
    } catch (error) {
      if (signal?.aborted === true && isCancelled(error)) throw signal.reason;
      const failure = this.translated(error);
      // A statement that timed out may still occupy its connection: close it, or the pool reuses it.
      if (failure instanceof ShardUnavailableError) void client.end().catch(() => undefined);
      throw failure;
    } finally {
      // A late cancellation would cancel a statement of the next user of the connection.
      if ((await stopCancelling?.()) === false) void client.end().catch(() => undefined);
      await runner.release();
    }
  }

  /** Runs work in one transaction; event consumers use it through `Transactions`. */
  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.run(async ({ manager }) => {
      const runner = manager.queryRunner as QueryRunner;
      await runner.startTransaction();
      try {
        const result = await work(manager);
        await runner.commitTransaction();
        return result;
      } catch (error) {
        // If this fails, the connection and its transaction are lost; the error of the rollback is thrown.
        await runner.rollbackTransaction();
        throw error;
      }
    });
  }

  /** Checks the shard for health checks. @throws {ShardUnavailableError} */
  async ping(): Promise<void> {
    await this.run(({ manager }) => manager.query('select 1'));
  }

  /** Closes the pool when all connections have been returned. */
  async close(): Promise<void> {
    const dataSource = await this.connecting?.catch(() => undefined);
    this.connecting = undefined;
    await dataSource?.destroy();
  }

  private async checkOut(): Promise<{ runner: QueryRunner; client: Client }> {
    try {
      const runner = (await this.connected()).createQueryRunner();
      return { runner, client: (await runner.connect()) as Client };
    } catch (error) {
      throw error instanceof SchemaSkewError ? error : new ShardUnavailableError(this.name, error);
    }
  }

  private connected(): Promise<DataSource> {
    this.connecting ??= this.connect().catch((error: unknown) => {
      this.connecting = undefined;
      throw error;
    });
    return this.connecting;
  }

  /**
   * Rejects a database whose schema is older than the code. A newer schema is accepted, because a rollout migrates the
   * database first, while the previous release still runs.
   */
  private async connect(): Promise<DataSource> {
    const dataSource = await this.createDataSource().initialize();
    try {
      const { pending } = await readSchemaState(dataSource);
      if (pending.length > 0) throw new SchemaSkewError(this.name, pending);
      return dataSource;
    } catch (error) {
      await dataSource.destroy();
      throw error;
    }
  }

  private translated(error: unknown): unknown {
    // TypeORM releases the runner of a lost connection immediately, also between two statements.
    if (error instanceof QueryRunnerAlreadyReleasedError) return new ShardUnavailableError(this.name, error);
    if (!(error instanceof QueryFailedError)) return error;
    const meaning = classifyDatabaseError(error);
    if (!(meaning instanceof DatabaseError)) return error;
    // The lock timeout is shorter than the statement timeout (`shardDataSource`), so a cancelled statement means a slow
    // shard.
    return meaning.fault === 'conflict'
      ? new TransactionConflictError(this.name, error)
      : new ShardUnavailableError(this.name, error);
  }
}

const QUERY_CANCELED_SQLSTATE = '57014';

const isCancelled = (error: unknown) =>
  error instanceof QueryFailedError &&
  (error.driverError as { code?: unknown }).code === QUERY_CANCELED_SQLSTATE;
