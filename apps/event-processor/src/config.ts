import {
  commonEnvironment,
  duration,
  kafkaBrokers,
  postgresUrl,
  risingDurations,
} from '@groundwork/service-kit';
import { z } from 'zod';

export const databaseEnvironment = { DATABASE_URL: postgresUrl };
export const brokerEnvironment = {
  KAFKA_BROKERS: kafkaBrokers,
  /** After how long a failed event is tried again: one retry for each. Each has a topic, so all services name the same. */
  RETRY_DELAYS: risingDurations('1s,5s,30s,5m,1h'),
};

const WEBHOOK = 'expected an http URL, e.g. https://alerts.example.com/hook, or nothing';

/** Where alerts about dead letters are posted to; empty for nowhere, since a compose file cannot leave a variable out. */
const webhookUrl = z
  .string()
  .refine((value) => value === '' || /^https?:$/.test(URL.parse(value)?.protocol ?? ''), WEBHOOK)
  .transform((value) => (value === '' ? undefined : value))
  .optional()
  .describe(WEBHOOK);

export const environment = z.object({
  ...commonEnvironment,
  ...databaseEnvironment,
  ...brokerEnvironment,
  /** How long an event is remembered: longer than its topic keeps it, or one that is read again has its effect again. */
  INBOX_RETENTION: duration('8d'),
  ALERT_WEBHOOK_URL: webhookUrl,
});
export type EventProcessorConfig = Readonly<z.output<typeof environment>>;

/** The token of the parsed environment. */
export const CONFIG = Symbol('CONFIG');
