import { type KeyedExecutor } from '@groundwork/flow-control';
import { type PartitionBatches } from './partition-batches.ts';
import { type Delivery } from './record-delivery.ts';

export interface InfrastructureHoldOptions {
  readonly executor: Pick<KeyedExecutor, 'suspend' | 'resume' | 'probe'>;
  readonly fetching: {
    pause(reason: 'infrastructure'): void;
    resume(reason: 'infrastructure'): void;
  };
  /** Number of held events above which no other event is tried: the number of events handled concurrently. */
  readonly limit: number;
}

/** Infrastructure failures of one event before another event is tried: it may be unavailable to the first event only. */
const HOLDS_BEFORE_PROBE = 3;

/**
 * Holds a partition while infrastructure is unavailable, except for the attempts that detect when it is back:
 *
 *     open ── an attempt finds it unavailable ──▶ held ── an attempt gets through ──▶ open
 *                                                   └─ every third failure of the same event ──▶ one more key is tried
 *
 * An event that still fails after another event got through waits alone: something that only this event needs (another
 * database, a locked row) is unavailable, or the event itself is the cause. From then on it holds up its own key instead of
 * the partition, and is reported.
 */
export class InfrastructureHold {
  /** What has found infrastructure unavailable since an attempt last got through, and how often. */
  private readonly holding = new Map<Delivery | PartitionBatches, number>();
  private readonly alone = new Set<Delivery | PartitionBatches>();

  constructor(private readonly options: InfrastructureHoldOptions) {}

  foundAway(by: Delivery | PartitionBatches, error: unknown): void {
    if (this.alone.has(by)) {
      if ('noteHeldAlone' in by) by.noteHeldAlone(error);
      return;
    }
    const times = (this.holding.get(by) ?? 0) + 1;
    this.holding.set(by, times);
    this.options.executor.suspend();
    this.options.fetching.pause('infrastructure');
    if (times % HOLDS_BEFORE_PROBE === 0 && this.holding.size <= this.options.limit) this.probe();
  }

  /** Reopens the partition: an attempt that got through proves that infrastructure is back for the others too. */
  gotThrough(by: Delivery | PartitionBatches): void {
    this.alone.delete(by);
    if (this.holding.size === 0) return;
    this.holding.delete(by);
    const room = this.options.limit - this.alone.size;
    for (const held of [...this.holding.keys()].slice(0, room)) this.alone.add(held);
    this.holding.clear();
    this.open();
  }

  /** Removes a delivery that ended untried and so proved nothing. If only that one was held, the next event is tried. */
  passedOver(by: Delivery): void {
    this.alone.delete(by);
    if (this.holding.delete(by) && this.holding.size === 0) this.open();
  }

  private open(): void {
    this.options.fetching.resume('infrastructure');
    this.options.executor.resume();
  }

  /** Tries another key, or fetches more when there is none. */
  private probe(): void {
    if (!this.options.executor.probe()) this.options.fetching.resume('infrastructure');
  }
}
