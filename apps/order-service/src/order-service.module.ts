import { SlotLoad } from '@groundwork/sharding';
import { type DynamicModule, Module } from '@nestjs/common';
import { consumerAdminProviders } from './administer-consumers/consumer-admin.provider.ts';
import { ConsumersController } from './administer-consumers/consumers.controller.ts';
import { ShardMovesController } from './administer-shards/shard-moves.controller.ts';
import { ShardsController } from './administer-shards/shards.controller.ts';
import { AllShards } from './ask-all-shards/all-shards.ts';
import { AcrossShards } from './change-price/across-shards.ts';
import { ChangePriceController } from './change-price/change-price.controller.ts';
import { ChangePriceUseCase } from './change-price/change-price.ts';
import { CheckConnectionBudget } from './budget-connections/check-connection-budget.ts';
import { CONFIG, type OrderServiceConfig } from './config.ts';
import { CreateCustomerController } from './create-customer/create-customer.controller.ts';
import { CreateCustomerUseCase } from './create-customer/create-customer.ts';
import { CustomerProbe } from './create-customer/customer-probe.ts';
import { EmailClaims } from './create-customer/email-claims.ts';
import { CustomerPlacement } from './create-customer/place-customer.ts';
import { SignUpReplay } from './create-customer/sign-up-replay.ts';
import { FindCustomersController } from './find-customers/find-customers.controller.ts';
import { FindCustomersUseCase } from './find-customers/find-customers.ts';
import { ForgetExpired } from './forget-expired/forget-expired.ts';
import { ListCustomerOrdersController } from './list-customer-orders/list-customer-orders.controller.ts';
import { ListOrdersController } from './list-orders/list-orders.controller.ts';
import { ListOrdersUseCase } from './list-orders/list-orders.ts';
import { idsProvider } from './make-ids/ids.provider.ts';
import { OrderWriter } from './place-order/order-writer.ts';
import { PinTenantController } from './pin-tenant/pin-tenant.controller.ts';
import { Tenants } from './pin-tenant/tenants.ts';
import { PlaceOrderController } from './place-order/place-order.controller.ts';
import { PlaceOrderUseCase } from './place-order/place-order.ts';
import { OutboxRelays } from './publish-events/outbox-relays.ts';
import { ReadCatalogueController } from './read-catalogue/read-catalogue.controller.ts';
import { ReadCustomerController } from './read-customer/read-customer.controller.ts';
import { ReadOrderController } from './read-orders/read-order.controller.ts';
import { routerProvider } from './routing/router.provider.ts';
import { SagasController } from './run-sagas/sagas.controller.ts';
import { SAGAS, Sagas } from './run-sagas/sagas.ts';
import { WatchStuckSagas } from './run-sagas/watch-stuck-sagas.ts';
import { ConfirmOrderWhenPaymentSettled } from './settle-order/confirm-order-when-payment-settled.ts';
import { RejectOrderWhenPaymentDeclined } from './settle-order/reject-order-when-payment-declined.ts';
import { RejectOrderWhenStockRejected } from './settle-order/reject-order-when-stock-rejected.ts';
import { SettleOrder } from './settle-order/settle-order.ts';
import { directoryPoolProvider } from './storage/directory-pool.provider.ts';
import { directoryProvider } from './storage/directory.provider.ts';
import { shardsProvider } from './storage/shards.provider.ts';
import { SummariseOrdersController } from './summarise-orders/summarise-orders.controller.ts';
import { SummariseOrdersUseCase } from './summarise-orders/summarise-orders.ts';
import { TransferOrderController } from './transfer-order/transfer-order.controller.ts';
import { TransferOrderUseCase } from './transfer-order/transfer-order.ts';
import { TransferSaga } from './transfer-order/transfer-saga.ts';
import { SlotWatch } from './watch-slots/slot-watch.ts';

@Module({})
export class OrderServiceModule {
  static with(config: OrderServiceConfig): DynamicModule {
    return {
      module: OrderServiceModule,
      controllers: [
        CreateCustomerController,
        FindCustomersController,
        PinTenantController,
        ReadCatalogueController,
        ChangePriceController,
        ReadCustomerController,
        ListCustomerOrdersController,
        PlaceOrderController,
        TransferOrderController,
        ListOrdersController,
        SummariseOrdersController,
        ReadOrderController,
        ConfirmOrderWhenPaymentSettled,
        RejectOrderWhenPaymentDeclined,
        RejectOrderWhenStockRejected,
        ShardsController,
        ShardMovesController,
        SagasController,
        ConsumersController,
      ],
      providers: [
        { provide: CONFIG, useValue: config },
        directoryProvider,
        directoryPoolProvider,
        { provide: SlotLoad, useFactory: () => new SlotLoad() },
        shardsProvider,
        routerProvider,
        idsProvider,
        AllShards,
        ListOrdersUseCase,
        SummariseOrdersUseCase,
        CreateCustomerUseCase,
        CustomerPlacement,
        CustomerProbe,
        EmailClaims,
        SignUpReplay,
        FindCustomersUseCase,
        Tenants,
        PlaceOrderUseCase,
        OrderWriter,
        SettleOrder,
        TransferSaga,
        { provide: SAGAS, inject: [TransferSaga], useFactory: (...sagas: readonly unknown[]) => sagas },
        Sagas,
        WatchStuckSagas,
        ForgetExpired,
        TransferOrderUseCase,
        AcrossShards,
        ChangePriceUseCase,
        OutboxRelays,
        CheckConnectionBudget,
        SlotWatch,
        ...consumerAdminProviders,
      ],
    };
  }
}
