import { commonEnvironment, kafkaBrokers, postgresUrl } from '@groundwork/service-kit';
import { z } from 'zod';

export const databaseEnvironment = { DATABASE_URL: postgresUrl };
export const brokerEnvironment = { KAFKA_BROKERS: kafkaBrokers };

export const environment = z.object({ ...commonEnvironment, ...databaseEnvironment, ...brokerEnvironment });
export type EventProcessorConfig = Readonly<z.output<typeof environment>>;

/** The token of the parsed environment. */
export const CONFIG = Symbol('CONFIG');
