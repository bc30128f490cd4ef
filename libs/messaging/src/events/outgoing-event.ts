/** An event on its way to the broker. */
export interface OutgoingEvent {
  readonly id: string;
  readonly type: string;
  /** The publisher: a URI reference such as `/order-service`. */
  readonly source: string;
  readonly time: Date;
  readonly key: string;
  /** The data as JSON text. */
  readonly json: string;
  readonly traceparent?: string | undefined;
}
