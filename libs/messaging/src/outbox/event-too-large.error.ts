/** The message of an event would be larger than its topic accepts. */
export class EventTooLargeError extends Error {
  readonly code = 'event-too-large';
  readonly retryable = false;

  constructor(
    { key, type }: { readonly key: string; readonly type: { readonly type: string; readonly topic: string } },
    bytes: number,
    maxBytes: number,
  ) {
    super(
      `The event ${type.type} of key ${key.slice(0, 100)} needs a message of ${bytes} bytes, but ${type.topic} accepts ${maxBytes}. ` +
        `Store the data elsewhere and publish its location, or raise the topic's max.message.bytes and pass it as maxMessageBytes`,
    );
    this.name = 'EventTooLargeError';
  }
}
