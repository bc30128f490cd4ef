import { ratePolicy, TokenBucket } from '@groundwork/rate-limiting';
import { Shutdown } from '@groundwork/service-kit';
import { type FactoryProvider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CONFIG, type EventProcessorConfig } from '../config.ts';
import { LimitedProvider } from './limited-provider.ts';
import { PAYMENT_PROVIDER, type PaymentProvider } from './payment-provider.ts';
import { SimulatedProvider } from './simulated-provider.ts';

/** Leaves half of a handler's time for the charge itself: a charge that is cut off costs an attempt. */
const MOST_WAIT_MS = 5_000;

export const paymentProvider: FactoryProvider<PaymentProvider> = {
  provide: PAYMENT_PROVIDER,
  inject: [CONFIG, DataSource, Shutdown],
  useFactory: (config: EventProcessorConfig, database: DataSource, shutdown: Shutdown) => {
    const policy = ratePolicy({
      name: 'payments',
      capacity: config.PAYMENTS_AT_ONCE,
      ratePerSecond: config.PAYMENTS_PER_SECOND,
    });
    const limit = new TokenBucket(policy, { maxWaitMs: MOST_WAIT_MS });
    // Charges that wait for their turn would hold up the shutdown.
    shutdown.on('drain-consumers', 'payment limit', () => Promise.resolve(limit.close()));
    return new LimitedProvider(new SimulatedProvider(database), limit);
  },
};
