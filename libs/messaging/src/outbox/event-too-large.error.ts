/** An event would be a message that its topic never takes. */
export class EventTooLargeError extends Error {
  readonly code = 'event-too-large';
  readonly retryable = false;

  constructor(
    { key, type }: { readonly key: string; readonly type: { readonly type: string; readonly topic: string } },
    bytes: number,
    maxBytes: number,
  ) {
    super(
      `The event ${type.type} of key ${key.slice(0, 100)} would be a message of ${bytes} bytes, and ${type.topic} takes ${maxBytes}. ` +
        `Store the data elsewhere and publish where it is, or raise the topic's max.message.bytes and pass it as maxMessageBytes`,
    );
    this.name = 'EventTooLargeError';
  }
}
