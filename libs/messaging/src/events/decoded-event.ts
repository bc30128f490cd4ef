import { type PartitionClaim } from '../fence/partition-fence.ts';
import { type Attempt } from '../consumer/running-attempts.ts';
import { headersOf, textOf } from './header-text.ts';
import { type IncomingEvent } from './incoming-event.ts';
import { type KafkaRecord } from './kafka-record.ts';

/** An event as a view of its message. Parts that few handlers use are computed on use, because batches must be fast. */
export class DecodedEvent<Data> implements IncomingEvent<Data> {
  private texts: Readonly<Record<string, string>> | undefined;

  constructor(
    private readonly record: KafkaRecord,
    readonly type: string,
    readonly id: string,
    readonly source: string,
    readonly data: Data,
    private readonly attempt: Attempt | undefined,
  ) {}

  get time(): Date {
    return new Date(textOf(this.record.headers['ce_time']) ?? Number.NaN);
  }

  get key(): string {
    return this.record.key?.toString('utf8') ?? textOf(this.record.headers['ce_subject']) ?? '';
  }

  get headers(): Readonly<Record<string, string>> {
    this.texts ??= headersOf(this.record);
    return this.texts;
  }

  get topic(): string {
    return this.record.topic;
  }

  get partition(): number {
    return this.record.partition;
  }

  get offset(): string {
    return this.record.offset;
  }

  get signal(): AbortSignal {
    return this.attempt?.signal ?? new AbortController().signal;
  }

  get claim(): PartitionClaim | undefined {
    return this.record.claim;
  }
}
