import { type z } from 'zod';

/**
 * A type of event: its CloudEvents `type`, the topic that carries it, and the schema of its data. Consumers ignore unknown
 * fields of the data (additive evolution), and reject data with a missing field or a field of another type. A changed or
 * removed field therefore requires a new event type (`…v2`).
 */
export interface EventType<Data> {
  readonly type: string;
  /** States what has happened, which service publishes the event, and what its consumers do. */
  readonly summary: string;
  readonly topic: string;
  readonly data: z.ZodType<Data>;
}
