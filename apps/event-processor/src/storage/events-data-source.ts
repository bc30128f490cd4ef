import { DataSource } from 'typeorm';
import { PaymentEntity } from './entities/payment.entity.ts';
import { ProductSalesEntity } from './entities/product-sales.entity.ts';
import { ProductEntity } from './entities/product.entity.ts';
import { CreateShop1763800000001 } from './migrations/1763800000001-create-shop.ts';
import { CreateMessagingTables1763800000002 } from './migrations/1763800000002-create-messaging-tables.ts';
import { CreateDeadLetters1763800000003 } from './migrations/1763800000003-create-dead-letters.ts';
import { CreatePaymentProvider1763800000004 } from './migrations/1763800000004-create-payment-provider.ts';
import { PublishReadModel1763800000005 } from './migrations/1763800000005-publish-read-model.ts';
import { SeedProducts1763800000006 } from './migrations/1763800000006-seed-products.ts';
import { OrderInboxBySlot1763800000007 } from './migrations/1763800000007-order-inbox-by-slot.ts';
import { CarryHeaders1763800000008 } from './migrations/1763800000008-carry-headers.ts';
import { ClaimPartitions1763800000010 } from './migrations/1763800000010-claim-partitions.ts';
import { ReviewDeadLetters1763800000011 } from './migrations/1763800000011-review-dead-letters.ts';
import { NoteWhatWasSent1763800000013 } from './migrations/1763800000013-note-what-was-sent.ts';
import { PauseConsumers1763800000014 } from './migrations/1763800000014-pause-consumers.ts';
import { SpreadProductSales1763800000015 } from './migrations/1763800000015-spread-product-sales.ts';
import { CountPrices1763800000016 } from './migrations/1763800000016-count-prices.ts';
import { FindLetters1763800000017 } from './migrations/1763800000017-find-letters.ts';
import { FindOldestFirst1763800000018 } from './migrations/1763800000018-find-oldest-first.ts';
import { SetRefusedEventsAside1763800000031 } from './migrations/1763800000031-set-refused-events-aside.ts';
import { GiveUpAlerts1763800000032 } from './migrations/1763800000032-give-up-alerts.ts';

export interface EventsDataSourceOptions {
  readonly url: string;
  readonly poolSize: number;
  /** Default: no timeout, for migrations. */
  readonly statementTimeoutMs?: number;
  /** How long a transaction may wait for its client before the server ends it. Default: no limit. */
  readonly idleInTransactionMs?: number;
  readonly onIdleConnectionLost?: (error: unknown) => void;
}

/** Returns the data source of the events database, not yet connected. */
export function eventsDataSource(options: EventsDataSourceOptions): DataSource {
  const { statementTimeoutMs, idleInTransactionMs } = options;
  return new DataSource({
    type: 'postgres',
    url: options.url,
    applicationName: 'event-processor',
    poolSize: options.poolSize,
    connectTimeoutMS: 5_000,
    poolErrorHandler: options.onIdleConnectionLost ?? (() => undefined),
    installExtensions: false,
    entities: [ProductEntity, PaymentEntity, ProductSalesEntity],
    migrations: [
      CreateShop1763800000001,
      CreateMessagingTables1763800000002,
      CreateDeadLetters1763800000003,
      CreatePaymentProvider1763800000004,
      PublishReadModel1763800000005,
      SeedProducts1763800000006,
      OrderInboxBySlot1763800000007,
      CarryHeaders1763800000008,
      ClaimPartitions1763800000010,
      ReviewDeadLetters1763800000011,
      NoteWhatWasSent1763800000013,
      PauseConsumers1763800000014,
      SpreadProductSales1763800000015,
      CountPrices1763800000016,
      FindLetters1763800000017,
      FindOldestFirst1763800000018,
      SetRefusedEventsAside1763800000031,
      GiveUpAlerts1763800000032,
    ],
    migrationsTableName: 'migration_ledger',
    migrationsTransactionMode: 'each',
    logging: false,
    extra: {
      keepAlive: true,
      ...(statementTimeoutMs !== undefined && {
        // The server's timeout fires first and reports an error. The client's timeout covers a server that no longer
        // responds.
        statement_timeout: statementTimeoutMs,
        query_timeout: statementTimeoutMs + 1_000,
      }),
      ...(idleInTransactionMs !== undefined && { idle_in_transaction_session_timeout: idleInTransactionMs }),
    },
  });
}
