import {
  type Consumer,
  type ConsumerPause,
  type ConsumerSummary,
  type TopicLag,
} from '@groundwork/contracts';
import { type ConsumerPause as KnownPause } from '../pauses/consumer-pauses.ts';
import { type GroupStanding, type TopicStanding } from './kafka-groups.ts';
import { sumOf } from './lag.ts';

export interface Known {
  readonly standing: GroupStanding;
  readonly pausable: boolean;
  /** Undefined when they are not known. */
  readonly pauses: readonly KnownPause[] | undefined;
}

/** Describes a group for operators. */
export function describeConsumer({ standing, pausable, pauses }: Known): Consumer {
  const { group, state, members, topics } = standing;
  return {
    group,
    state,
    members,
    lag: sumOf(topics.flatMap(({ partitions }) => partitions)).toString(),
    pausable,
    pauses: pauses?.map(describePause) ?? null,
    topics: topics.map(describeTopic),
  };
}

/** Describes a group without its topics. */
export function summariseConsumer(known: Known): ConsumerSummary {
  const { topics: _, ...summary } = describeConsumer(known);
  return summary;
}

export function describePause({ topic, by, reason, at }: KnownPause): ConsumerPause {
  return { topic: topic ?? null, by: by ?? null, reason, at: at.toISOString() };
}

function describeTopic({ topic, partitions }: TopicStanding): TopicLag {
  return {
    topic,
    lag: sumOf(partitions).toString(),
    partitions: partitions.map(({ partition, committed, end, lag }) => ({
      partition,
      committed: committed?.toString() ?? null,
      end: end.toString(),
      lag: lag.toString(),
    })),
  };
}
