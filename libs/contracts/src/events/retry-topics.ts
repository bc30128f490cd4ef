import { type Topic, Topics } from './topics.ts';

/** An event that just fitted into its topic must fit into these too, with its history of errors in the headers. */
const MAX_MESSAGE_BYTES = 2 * 1_024 * 1_024;

/** The consumer groups whose failed events wait on topics of their own. */
export const RETRYING_GROUPS = ['event-processor', 'order-service'] as const;

export interface RetryTopics {
  /** One for each delay, in their order: events that failed wait here. */
  readonly retries: readonly Topic[];
  /** Events that wait behind a failed one of their key. */
  readonly parked: Topic;
  /** Dead letters that are sent again. */
  readonly redrive: Topic;
}

/**
 * The topics of one group: another group's retries are none of its business. They have the partitions of what the group
 * consumes, since an event keeps the number of its partition on its way through them.
 */
export function retryTopicsOf(group: string, delays: readonly { readonly name: string }[]): RetryTopics {
  const like = (name: string): Topic => ({
    ...Topics.orders,
    name: `${group}.${name}`,
    maxMessageBytes: MAX_MESSAGE_BYTES,
  });
  return {
    retries: delays.map(({ name }) => like(`retry.${name}`)),
    parked: like('parked'),
    redrive: like('redrive'),
  };
}

/** Every topic that the platform needs: those of events, and those of each group's retries. */
export function allTopics(delays: readonly { readonly name: string }[]): Topic[] {
  return [
    ...Object.values(Topics),
    ...RETRYING_GROUPS.flatMap((group) => {
      const { retries, parked, redrive } = retryTopicsOf(group, delays);
      return [...retries, parked, redrive];
    }),
  ];
}
