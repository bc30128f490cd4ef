export const PER_SECOND = 20_000;
export const SINK_PER_SECOND = 10;
/** Size of an item of the stream, a little more than an event has on its topic, including headers. */
export const EVENT_BYTES = 600;
/** The watermark of the stream; the consumer has its own. */
export const HIGH = { items: 1_000, bytes: 4 * 1_024 * 1_024 };
/** The maximum size of the topic on the disk. The producer then pauses, with a remaining backlog of millions. */
export const MOST_TOPIC_BYTES = 4 * 1_024 * 1_024 * 1_024;
