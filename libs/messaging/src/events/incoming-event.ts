import { type PartitionClaim } from '../fence/partition-fence.ts';

/** An event as a handler receives it: a CloudEvent with validated data, and the place where it was read. */
export interface IncomingEvent<Data> {
  /** `ce_id`: the same for every delivery of the event. */
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly time: Date;
  /** `ce_subject`, the key of the message: events of one key are handled in order. */
  readonly key: string;
  readonly data: Data;
  readonly headers: Readonly<Record<string, string>>;
  readonly topic: string;
  readonly partition: number;
  /** A 64-bit decimal as text, because a JavaScript number is not exact. */
  readonly offset: string;
  /** Aborted when the handler exceeds its time limit (`handlerTimeoutMs`). Pass it to every call that may hang. */
  readonly signal: AbortSignal;
  /** Set where the consumer fences its effects: the claim that `onceInInbox` compares. */
  readonly claim?: PartitionClaim | undefined;
}
