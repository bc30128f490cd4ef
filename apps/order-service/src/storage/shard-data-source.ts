import { READ_COMMITTED_SESSION } from '@groundwork/sharding/postgres';
import { DataSource } from 'typeorm';
import { CustomerEntity } from './entities/customer.entity.ts';
import { OrderLineEntity } from './entities/order-line.entity.ts';
import { OrderEntity } from './entities/order.entity.ts';
import { CreateOrders1763800000001 } from './migrations/1763800000001-create-orders.ts';
import { CreateMessagingTables1763800000002 } from './migrations/1763800000002-create-messaging-tables.ts';
import { CreateIdWorkers1763800000003 } from './migrations/1763800000003-create-id-workers.ts';
import { SeedProducts1763800000004 } from './migrations/1763800000004-seed-products.ts';
import { OwnSlots1763800000005 } from './migrations/1763800000005-own-slots.ts';
import { NoteSlotChanges1763800000006 } from './migrations/1763800000006-note-slot-changes.ts';
import { CreateLookups1763800000007 } from './migrations/1763800000007-create-lookups.ts';
import { TransferOrders1763800000008 } from './migrations/1763800000008-transfer-orders.ts';
import { ListOrders1763800000010 } from './migrations/1763800000010-list-orders.ts';
import { FenceWithoutWaiting1763800000011 } from './migrations/1763800000011-fence-without-waiting.ts';
import { NameShards1763800000012 } from './migrations/1763800000012-name-shards.ts';
import { FindExpired1763800000013 } from './migrations/1763800000013-find-expired.ts';
import { CarryHeaders1763800000014 } from './migrations/1763800000014-carry-headers.ts';
import { CountPrices1763800000015 } from './migrations/1763800000015-count-prices.ts';
import { FindOldestFirst1763800000016 } from './migrations/1763800000016-find-oldest-first.ts';
import { FenceAnyLevel1763800000017 } from './migrations/1763800000017-fence-any-level.ts';
import { ForgetSagas1763800000018 } from './migrations/1763800000018-forget-sagas.ts';
import { FindChangesBySlot1763800000021 } from './migrations/1763800000021-find-changes-by-slot.ts';
import { RepeatSignUps1763800000030 } from './migrations/1763800000030-repeat-sign-ups.ts';
import { SetRefusedEventsAside1763800000031 } from './migrations/1763800000031-set-refused-events-aside.ts';
import { quietTypeormLogger } from './quiet-typeorm.logger.ts';

export interface ShardDataSourceOptions {
  readonly url: string;
  readonly poolSize: number;
  readonly connectTimeoutMs: number;
  /** Default: no timeout, as migrations need it. */
  readonly statementTimeoutMs?: number;
  readonly onIdleConnectionLost?: (error: unknown) => void;
}

/** How long the server may still answer after the statement timeout. Then the connection counts as lost. */
export const ANSWER_MARGIN_MS = 500;

/** In the order in which they are applied. */
export const SHARD_MIGRATIONS = [
  CreateOrders1763800000001,
  CreateMessagingTables1763800000002,
  CreateIdWorkers1763800000003,
  SeedProducts1763800000004,
  OwnSlots1763800000005,
  NoteSlotChanges1763800000006,
  CreateLookups1763800000007,
  TransferOrders1763800000008,
  ListOrders1763800000010,
  FenceWithoutWaiting1763800000011,
  NameShards1763800000012,
  FindExpired1763800000013,
  CarryHeaders1763800000014,
  CountPrices1763800000015,
  FindOldestFirst1763800000016,
  FenceAnyLevel1763800000017,
  ForgetSagas1763800000018,
  FindChangesBySlot1763800000021,
  RepeatSignUps1763800000030,
  SetRefusedEventsAside1763800000031,
] as const;

/** Creates the data source of a shard's database, without connecting it. */
export function shardDataSource(options: ShardDataSourceOptions): DataSource {
  const { statementTimeoutMs } = options;
  return new DataSource({
    type: 'postgres',
    url: options.url,
    applicationName: 'order-service',
    poolSize: options.poolSize,
    connectTimeoutMS: options.connectTimeoutMs,
    poolErrorHandler: options.onIdleConnectionLost ?? (() => undefined),
    installExtensions: false,
    entities: [CustomerEntity, OrderEntity, OrderLineEntity],
    migrations: [...SHARD_MIGRATIONS],
    migrationsTableName: 'migration_ledger',
    migrationsTransactionMode: 'each',
    logger: quietTypeormLogger,
    extra: {
      keepAlive: true,
      options: READ_COMMITTED_SESSION,
      ...(statementTimeoutMs !== undefined && {
        // The server times out first and reports it; the timeout of the client is for a server that no longer answers.
        statement_timeout: statementTimeoutMs,
        query_timeout: statementTimeoutMs + ANSWER_MARGIN_MS,
        // Earlier than the statement timeout, to distinguish a row that a transaction locks from a server that is slow for
        // all.
        lock_timeout: Math.ceil(0.9 * statementTimeoutMs),
        // Ends the transaction of a client that vanished, so that other transactions do not wait for its rows for ever.
        idle_in_transaction_session_timeout: 2 * statementTimeoutMs,
      }),
    },
  });
}
