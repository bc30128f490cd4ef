import { type KeyedExecutor } from '@groundwork/flow-control';
import { type PartitionBatches } from './partition-batches.ts';
import { type Delivery } from './record-delivery.ts';

export interface InfrastructureHoldOptions {
  readonly executor: Pick<KeyedExecutor, 'suspend' | 'resume' | 'probe'>;
  readonly fetching: {
    pause(reason: 'infrastructure'): void;
    resume(reason: 'infrastructure'): void;
  };
  /** How many events may be held before no other one is tried: as many as are handled at once. */
  readonly limit: number;
}

/** So often an event finds infrastructure away before another one is tried: it may be away for the first one only. */
const HOLDS_BEFORE_PROBE = 3;

/**
 * Keeps a partition still while infrastructure is away, but for the attempts that find out when it is back:
 *
 *     open ── an attempt finds it away ──▶ held ── an attempt gets through ──▶ open
 *                                            └─ every third time the same attempt finds it away ──▶ one more key is tried
 *
 * What still finds it away after another got through waits alone: what only that event needs (another database, a locked row)
 * is away, or the event is at fault. It no longer holds up the partition, only its own key, and is reported.
 */
export class InfrastructureHold {
  /** What has found it away since something last got through, and how often. */
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

  /** Whatever got through proves that infrastructure is back, for the others too. */
  gotThrough(by: Delivery | PartitionBatches): void {
    this.alone.delete(by);
    if (this.holding.size === 0) return;
    this.holding.delete(by);
    const room = this.options.limit - this.alone.size;
    for (const held of [...this.holding.keys()].slice(0, room)) this.alone.add(held);
    this.holding.clear();
    this.open();
  }

  /** It will not be tried again, and has proved nothing. Where it alone found infrastructure away, the next one looks. */
  passedOver(by: Delivery): void {
    this.alone.delete(by);
    if (this.holding.delete(by) && this.holding.size === 0) this.open();
  }

  private open(): void {
    this.options.fetching.resume('infrastructure');
    this.options.executor.resume();
  }

  /** Tries another key, or fetches one to try. */
  private probe(): void {
    if (!this.options.executor.probe()) this.options.fetching.resume('infrastructure');
  }
}
