import { type z } from 'zod';

/**
 * One kind of event: its CloudEvents `type`, the topic that carries it, and the shape of its data. Consumers ignore
 * unknown fields of the data (additive evolution); a changed or removed field is a new type (`…v2`).
 */
export interface EventType<Data> {
  readonly type: string;
  readonly topic: string;
  readonly data: z.ZodType<Data>;
}
