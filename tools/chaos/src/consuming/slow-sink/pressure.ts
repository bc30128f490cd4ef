export const PER_SECOND = 20_000;
export const SINK_PER_SECOND = 10;
/** Of an item of the stream, and a little more than an event has on its topic, headers included. */
export const EVENT_BYTES = 600;
/** Of the stream; the consumer has its own. */
export const HIGH = { items: 1_000, bytes: 4 * 1_024 * 1_024 };
/** What the topic may take from the disk: then its producer rests, and the backlog of millions stays. */
export const MOST_TOPIC_BYTES = 4 * 1_024 * 1_024 * 1_024;
