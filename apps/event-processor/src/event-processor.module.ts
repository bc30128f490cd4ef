import { type DynamicModule, Module } from '@nestjs/common';
import { consumerAdminProviders } from './administer-consumers/consumer-admin.provider.ts';
import { ConsumersController } from './administer-consumers/consumers.controller.ts';
import { CONFIG, type EventProcessorConfig } from './config.ts';
import { ChangePriceWhenPriceChanged } from './change-price/change-price-when-price-changed.ts';
import { consumerMetricsProvider } from './consume-events/consumer-metrics.provider.ts';
import { ForgetConsumedEvents } from './forget-consumed-events/forget-consumed-events.ts';
import { outboxProviders } from './publish-events/outbox.provider.ts';
import { ReserveStockWhenOrderPlaced } from './reserve-stock/reserve-stock-when-order-placed.ts';
import { DeadLettersController } from './review-dead-letters/dead-letters.controller.ts';
import { AlertWorker } from './review-dead-letters/raise-alerts/alert-worker.ts';
import { RedriveJobsController } from './review-dead-letters/redrive-dead-letters/redrive-jobs.controller.ts';
import { RedriveWorker } from './review-dead-letters/redrive-dead-letters/redrive-worker.ts';
import { DeadLetterStore } from './review-dead-letters/store-dead-letters/dead-letter-store.ts';
import { StoreDeadLetterWhenDeadLettered } from './review-dead-letters/store-dead-letters/store-dead-letter-when-dead-lettered.ts';
import { dataSourceProvider } from './storage/data-source.provider.ts';
import { paymentProvider } from './take-payment/payment-provider.provider.ts';
import { TakePaymentWhenStockReserved } from './take-payment/take-payment-when-stock-reserved.ts';

@Module({})
export class EventProcessorModule {
  static with(config: EventProcessorConfig): DynamicModule {
    return {
      module: EventProcessorModule,
      controllers: [
        ReserveStockWhenOrderPlaced,
        TakePaymentWhenStockReserved,
        ChangePriceWhenPriceChanged,
        StoreDeadLetterWhenDeadLettered,
        DeadLettersController,
        RedriveJobsController,
        ConsumersController,
      ],
      providers: [
        { provide: CONFIG, useValue: config },
        dataSourceProvider,
        consumerMetricsProvider,
        paymentProvider,
        DeadLetterStore,
        RedriveWorker,
        AlertWorker,
        ForgetConsumedEvents,
        ...consumerAdminProviders,
        ...outboxProviders,
      ],
    };
  }
}
