import { type PartitionClaim } from '../fence/partition-fence.ts';

/** An event as a handler gets it: a CloudEvent with its data already validated, and where it was read. */
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
  /** A 64-bit decimal, never a number. */
  readonly offset: string;
  /** Aborted when the handler has not come back in time (`handlerTimeoutMs`): hand it to whatever may hang. */
  readonly signal: AbortSignal;
  /** Where the consumer fences its effects: what `onceInInbox` compares. */
  readonly claim?: PartitionClaim | undefined;
}
