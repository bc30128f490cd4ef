import { type FactoryProvider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PAYMENT_PROVIDER, type PaymentProvider } from './payment-provider.ts';
import { SimulatedProvider } from './simulated-provider.ts';

export const paymentProvider: FactoryProvider<PaymentProvider> = {
  provide: PAYMENT_PROVIDER,
  inject: [DataSource],
  useFactory: (database: DataSource) => new SimulatedProvider(database),
};
