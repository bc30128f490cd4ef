import { Backoff, errorKindOf } from '@groundwork/dlq';
import { type KafkaMessage } from 'kafkajs';
import { DatabaseError } from '../sql/database.error.ts';
import { AttemptHeldError } from '../started-attempts/attempt-held.error.ts';
import { pause } from '../time/pause.ts';
import { type Sequence } from './offset-watermark.ts';
import { type BatchHandler } from './record-processor.ts';

/** A message that has been taken and is not finished. */
export interface Taken {
  readonly message: KafkaMessage;
  readonly sequence: Sequence;
  /** What it came with: released when all of that is finished. */
  readonly arrival: { unfinished: number; readonly release: () => void };
}

export interface PartitionBatchesOptions {
  /** The handler of the message's type, if it takes batches and the message may be in one: its key is nowhere else at work. */
  readonly handlerOf: (message: KafkaMessage) => BatchHandler | undefined;
  readonly keyOf: (message: KafkaMessage) => string;
  /** Runs a batch. Rejects with what the handler throws. */
  readonly handle: (handler: BatchHandler, batch: readonly Taken[]) => Promise<void>;
  /** Takes the message out of the batches: it is handled by itself, in the order of its key. */
  readonly submitOne: (taken: Taken) => void;
  readonly finished: (handler: BatchHandler, batch: readonly Taken[]) => void;
  /** A batch failed because infrastructure is away, or (undefined) came back from an attempt otherwise. */
  readonly attempted: (batches: PartitionBatches, infrastructureError: unknown) => void;
  /** It is tried again with all its messages. @param holds how often that has happened to it, from 1 */
  readonly held: (handler: BatchHandler, batch: readonly Taken[], error: unknown, holds: number) => void;
  /** A batch failed for another reason; its messages are submitted one by one. */
  readonly split: (error: unknown, batch: readonly Taken[]) => void;
}

/**
 * Hands the messages of a partition to handlers that take many at once, batch after batch, in the order of their offsets. As
 * many are in a batch as have come by then, up to the handler's limit: a batch waits for nobody.
 *
 * Messages that cannot be in a batch (another handler's, of a key that waits for a retry) leave the queue for a lane of their
 * own, unless their key is in the batch at hand: then they are next. A batch that fails is taken apart. While they are halted
 * no batch is formed and none is tried again.
 */
export class PartitionBatches {
  private readonly backoff = new Backoff({ firstMs: 100, factor: 2, maxMs: 5_000, jitter: 0.2 });
  private readonly closing = new AbortController();
  private queue: Taken[] = [];
  private head = 0;
  private running: Promise<void> | undefined;
  private inBatch = 0;
  /** There while they are halted; resolved when they go on. */
  private halted: PromiseWithResolvers<void> | undefined;

  constructor(private readonly options: PartitionBatchesOptions) {}

  /** Queued and running. */
  get size(): number {
    return this.queue.length - this.head + this.inBatch;
  }

  add(taken: readonly Taken[]): void {
    for (const one of taken) this.queue.push(one);
    this.running ??= this.run();
  }

  /** Begins no attempt until `release`; the one that runs ends. */
  halt(): void {
    if (!this.isClosed) this.halted ??= Promise.withResolvers();
  }

  release(): void {
    this.halted?.resolve();
    this.halted = undefined;
  }

  /** Begins no further batch, forgets what is queued, and resolves when the one that runs has ended. */
  async close(): Promise<void> {
    this.closing.abort();
    this.queue = [];
    this.head = 0;
    this.release();
    await this.running;
  }

  private async run(): Promise<void> {
    // What comes in this tick may be in the first batch too.
    await Promise.resolve();
    await this.whileHalted();
    for (let batch = this.next(); batch !== undefined; batch = this.next()) {
      this.inBatch = batch.messages.length;
      await this.handle(batch.handler, batch.messages);
      this.inBatch = 0;
      await this.whileHalted();
    }
    this.running = undefined;
  }

  private async whileHalted(): Promise<void> {
    while (this.halted !== undefined) await this.halted.promise;
  }

  private async handle(handler: BatchHandler, messages: readonly Taken[]): Promise<void> {
    for (let holds = 1; !this.isClosed; holds += 1) {
      const failure = await this.attempt(handler, messages);
      if (failure?.error instanceof AttemptHeldError) {
        await this.whileHalted();
        continue;
      }
      const isAway = failure !== undefined && isOutage(failure.error);
      this.options.attempted(this, isAway ? failure.error : undefined);
      if (failure === undefined) return this.options.finished(handler, messages);
      if (!isAway) return this.takeApart(failure.error, messages);
      this.options.held(handler, messages, failure.error, holds);
      await pause(this.backoff.delayMs(holds), this.closing.signal);
      await this.whileHalted();
    }
  }

  private async attempt(
    handler: BatchHandler,
    messages: readonly Taken[],
  ): Promise<{ error: unknown } | undefined> {
    try {
      await this.options.handle(handler, messages);
      return undefined;
    } catch (error) {
      return { error };
    }
  }

  private takeApart(error: unknown, messages: readonly Taken[]): void {
    if (this.isClosed) return;
    this.options.split(error, messages);
    for (const taken of messages) this.options.submitOne(taken);
  }

  private next(): { handler: BatchHandler; messages: Taken[] } | undefined {
    const messages: Taken[] = [];
    let handler: BatchHandler | undefined;
    let keys: ReadonlySet<string> | undefined;
    for (; this.head < this.queue.length && !this.isClosed; this.head += 1) {
      const taken = this.queue[this.head] as Taken;
      const own = this.options.handlerOf(taken.message);
      if (own !== undefined && (handler === undefined || own === handler)) {
        handler = own;
        if (messages.length === own.limit) break;
        messages.push(taken);
        keys = undefined;
        continue;
      }
      keys ??= new Set(messages.map(({ message }) => this.options.keyOf(message)));
      if (own !== undefined || keys.has(this.options.keyOf(taken.message))) break;
      this.options.submitOne(taken);
    }
    this.forgetTaken();
    return handler === undefined ? undefined : { handler, messages };
  }

  private forgetTaken(): void {
    if (this.head < this.queue.length / 2) return;
    this.queue = this.queue.slice(this.head);
    this.head = 0;
  }

  private get isClosed(): boolean {
    return this.closing.signal.aborted;
  }
}

/** A statement that took too long is none: the batch may be too large for the database, and is taken apart. */
function isOutage(error: unknown): boolean {
  const isOverload = error instanceof DatabaseError && error.fault === 'overloaded';
  return errorKindOf(error) === 'infrastructure' && !isOverload;
}
