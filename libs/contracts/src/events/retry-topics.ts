import { type Topic, Topics } from './topics.ts';

/** An event of the largest size that its own topic allows must fit here too, with its history of errors in the headers. */
const MAX_MESSAGE_BYTES = 2 * 1_024 * 1_024;

/** The consumer groups that have retry topics, on which their failed events wait. */
export const RETRYING_GROUPS = ['event-processor', 'order-service'] as const;

export interface RetryTopics {
  /** One topic for each delay, in the order of the delays. Failed events wait here. */
  readonly retries: readonly Topic[];
  /** Holds the events that wait behind a failed event of the same key. */
  readonly parked: Topic;
  /** Carries redriven dead letters. */
  readonly redrive: Topic;
}

/**
 * Returns the retry topics of one group; each group retries its events separately. They have as many partitions as the
 * topics that the group consumes, because an event keeps its partition number on its way through them.
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

/** Returns every topic that the platform needs: the topics of events and the retry topics of each group. */
export function allTopics(delays: readonly { readonly name: string }[]): Topic[] {
  return [
    ...Object.values(Topics),
    ...RETRYING_GROUPS.flatMap((group) => {
      const { retries, parked, redrive } = retryTopicsOf(group, delays);
      return [...retries, parked, redrive];
    }),
  ];
}
