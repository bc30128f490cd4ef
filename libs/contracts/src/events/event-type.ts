import { type z } from 'zod';

/**
 * One kind of event: its CloudEvents `type`, the topic that carries it, and the shape of its data. Consumers ignore
 * unknown fields of the data (additive evolution) and refuse data that lacks one or has another type in it; so a changed or
 * removed field is a new type of event (`…v2`).
 */
export interface EventType<Data> {
  readonly type: string;
  /** What has happened, who publishes it and who does what with it. */
  readonly summary: string;
  readonly topic: string;
  readonly data: z.ZodType<Data>;
}
