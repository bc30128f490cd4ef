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
  /** The delays before each retry of a failed event. Each delay has a topic, so all services must use the same delays. */
  RETRY_DELAYS: risingDurations('1s,5s,30s,5m,1h'),
};

const WEBHOOK = 'expected an http URL, e.g. https://alerts.example.com/hook, or an empty value';

/** The URL that receives alerts about dead letters. Empty means none, because a compose file cannot omit a variable. */
const webhookUrl = z
  .string()
  .refine((value) => value === '' || /^https?:$/.test(URL.parse(value)?.protocol ?? ''), WEBHOOK)
  .transform((value) => (value === '' ? undefined : value))
  .optional()
  .describe(WEBHOOK);

function wholeNumber(most: number, byDefault: number) {
  const expected = `expected a whole number from 1 to ${most}`;
  return z.coerce
    .number({ error: expected })
    .int(expected)
    .min(1, expected)
    .max(most, expected)
    .default(byDefault)
    .describe(expected);
}

export const environment = z.object({
  ...commonEnvironment,
  ...databaseEnvironment,
  ...brokerEnvironment,
  /**
   * How long the inbox keeps an event. Must exceed the topic's retention, or an event that is read again has a second
   * effect.
   */
  INBOX_RETENTION: duration('8d'),
  ALERT_WEBHOOK_URL: webhookUrl,
  /** The limits of calls to others, for each instance: divide the limit of the other side by the number of instances. */
  ALERTS_PER_SECOND: wholeNumber(1_000, 10),
  PAYMENTS_PER_SECOND: wholeNumber(100_000, 500),
  /** How many payments may be sent at the same moment. */
  PAYMENTS_AT_ONCE: wholeNumber(100_000, 100),
});
export type EventProcessorConfig = Readonly<z.output<typeof environment>>;

/** The injection token of the parsed environment. */
export const CONFIG = Symbol('CONFIG');
