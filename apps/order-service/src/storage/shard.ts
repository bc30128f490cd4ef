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
 * One shard's database behind a small pool. Connects when it is first needed and again whenever it has to, so a service
 * starts while a shard is down and finds it again when it is back. Failures to reach the shard, or to get an answer in
 * time, come out as `ShardUnavailableError`; a lock or a row that another transaction holds, as `TransactionConflictError`;
 * whatever else the work throws comes out as it is. Safe to use concurrently.
 */
export class Shard implements Transactions {
  readonly clock = new ShardClock();
  private connecting: Promise<DataSource> | undefined;

  constructor(
    readonly name: string,
    private readonly createDataSource: () => DataSource,
  ) {}

  /**
   * Runs work on one connection, every statement for itself. An abort cancels on the server what runs there.
   *
   * @throws the signal's reason for work that was cancelled
   */
  async run<T>(work: (connection: ShardConnection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { runner, client } = await this.checkOut();
    const stopCancelling = signal && cancelOnAbort(client, signal);
    try {
      // Somebody may have given up while this waited for a connection.
      signal?.throwIfAborted();
      return await work(new ShardConnection(runner.manager, client));
    } catch (error) {
      if (signal?.aborted === true && isCancelled(error)) throw signal.reason;
      const failure = this.translated(error);
      // A statement that was given up may still hold its connection: close it, or the pool lends it on.
      if (failure instanceof ShardUnavailableError) void client.end().catch(() => undefined);
      throw failure;
    } finally {
      // A cancellation that comes late would hit whoever has the connection by then.
      if ((await stopCancelling?.()) === false) void client.end().catch(() => undefined);
      await runner.release();
    }
  }

  /** Runs work in one transaction, as consumers of events need it. */
  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.run(async ({ manager }) => {
      const runner = manager.queryRunner as QueryRunner;
      await runner.startTransaction();
      try {
        const result = await work(manager);
        await runner.commitTransaction();
        return result;
      } catch (error) {
        // When this fails the connection is lost, and with it the transaction: that is what comes out then.
        await runner.rollbackTransaction();
        throw error;
      }
    });
  }

  /** For health checks. @throws {ShardUnavailableError} */
  async ping(): Promise<void> {
    await this.run(({ manager }) => manager.query('select 1'));
  }

  /** Closes the pool when its connections are back. */
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
   * Refuses a database whose schema is older than the code. One that is newer is served: a release that adds migrates first,
   * while the one before it still runs.
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
    // TypeORM takes the runner of a lost connection away at once, also between two statements.
    if (error instanceof QueryRunnerAlreadyReleasedError) return new ShardUnavailableError(this.name, error);
    if (!(error instanceof QueryFailedError)) return error;
    const meaning = classifyDatabaseError(error);
    if (!(meaning instanceof DatabaseError)) return error;
    // Waits for locks end earlier than statements (`shardDataSource`): a statement that was cancelled found the shard slow.
    return meaning.fault === 'conflict'
      ? new TransactionConflictError(this.name, error)
      : new ShardUnavailableError(this.name, error);
  }
}

const QUERY_CANCELED_SQLSTATE = '57014';

const isCancelled = (error: unknown) =>
  error instanceof QueryFailedError &&
  (error.driverError as { code?: unknown }).code === QUERY_CANCELED_SQLSTATE;
