import { z } from 'zod';
import { requestedBy } from './requested-by.ts';
import { storableText } from './storable-text.ts';

export const ConsumerGroupName = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,249}$/, 'expected letters, digits, dots, dashes and underscores')
  .meta({ id: 'ConsumerGroupName', examples: ['event-processor'] });
export type ConsumerGroupName = z.infer<typeof ConsumerGroupName>;

const time = z.iso.datetime();
const count = z.int().min(0);
/** Offsets have 64 bits, more than a JSON number holds exactly. */
const decimal = z.string().regex(/^\d{1,19}$/);

/** A pause that an operator requested, of a whole consumer group or of one topic that the group consumes. */
export const ConsumerPause = z
  .strictObject({
    topic: z.string().nullable().describe('null: the whole group, including its retry topics'),
    by: z.string().nullable().describe('The requester, as stated in the request; not verified'),
    reason: z.string(),
    at: time,
  })
  .meta({ id: 'ConsumerPause' });
export type ConsumerPause = z.infer<typeof ConsumerPause>;

const group = {
  group: ConsumerGroupName,
  state: z
    .enum(['stable', 'rebalancing', 'empty', 'unknown'])
    .describe('`empty`: the group has no members; `unknown`: the broker does not know the group'),
  members: count,
  lag: decimal.describe('Events that the group has not finished, summed over all of its topics'),
  pausable: z.boolean().describe('Whether operators may pause the group'),
  pauses: z
    .array(ConsumerPause)
    .nullable()
    .describe('Oldest first; null when this answer does not include them: read the group by its name'),
} as const;

export const ConsumerSummary = z.strictObject(group).meta({ id: 'ConsumerSummary' });
export type ConsumerSummary = z.infer<typeof ConsumerSummary>;

export const ConsumerList = z.strictObject({ items: z.array(ConsumerSummary) }).meta({ id: 'ConsumerList' });
export type ConsumerList = z.infer<typeof ConsumerList>;

export const PartitionLag = z
  .strictObject({
    partition: count,
    committed: decimal.nullable().describe('The next offset to be handled; null before the first commit'),
    end: decimal.describe('The next offset to be written'),
    lag: decimal,
  })
  .meta({ id: 'PartitionLag' });
export type PartitionLag = z.infer<typeof PartitionLag>;

export const TopicLag = z
  .strictObject({ topic: z.string(), lag: decimal, partitions: z.array(PartitionLag) })
  .meta({ id: 'TopicLag' });
export type TopicLag = z.infer<typeof TopicLag>;

export const Consumer = z.strictObject({ ...group, topics: z.array(TopicLag) }).meta({ id: 'Consumer' });
export type Consumer = z.infer<typeof Consumer>;

const topic = storableText(249)
  .optional()
  .describe('The topic that the group pauses or resumes. Default: the whole group');

export const PauseConsumer = z
  .strictObject({ topic, reason: storableText(1_000, z.string().trim()), by: requestedBy })
  .meta({ id: 'PauseConsumer' });
export type PauseConsumer = z.infer<typeof PauseConsumer>;

export const ResumeConsumer = z.strictObject({ topic, by: requestedBy }).meta({ id: 'ResumeConsumer' });
export type ResumeConsumer = z.infer<typeof ResumeConsumer>;

/** The pauses of a group after a request. Members apply a change within about a second. */
export const PausedConsumer = z
  .strictObject({
    group: ConsumerGroupName,
    changed: z
      .boolean()
      .describe('false: the request changed nothing, because the group was already in the requested state'),
    pauses: z.array(ConsumerPause),
  })
  .meta({ id: 'PausedConsumer' });
export type PausedConsumer = z.infer<typeof PausedConsumer>;
