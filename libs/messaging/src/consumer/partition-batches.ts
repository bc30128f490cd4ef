import { Backoff, errorKindOf } from '@groundwork/dlq';
import { type KafkaMessage } from 'kafkajs';
import { DatabaseError } from '../sql/database.error.ts';
import { AttemptHeldError } from '../started-attempts/attempt-held.error.ts';
import { pause } from '../time/pause.ts';
import { type Sequence } from './offset-watermark.ts';
import { type BatchHandler } from './record-processor.ts';

/** A message that was taken and is unfinished. */
export interface Taken {
  readonly message: KafkaMessage;
  readonly sequence: Sequence;
  /** The messages that it arrived with; released when all of them are finished. */
  readonly arrival: { unfinished: number; readonly release: () => void };
}

export interface PartitionBatchesOptions {
  /** Returns the handler of the message's type, if it accepts batches and the message may be in one: its key is free. */
  readonly handlerOf: (message: KafkaMessage) => BatchHandler | undefined;
  readonly keyOf: (message: KafkaMessage) => string;
  /** Runs a batch. Rejects with the handler's error. */
  readonly handle: (handler: BatchHandler, batch: readonly Taken[]) => Promise<void>;
  /** Removes the message from the batches: it is handled individually, in the order of its key. */
  readonly submitOne: (taken: Taken) => void;
  readonly finished: (handler: BatchHandler, batch: readonly Taken[]) => void;
  /** Called when an attempt of a batch ends. The error is set only when infrastructure is unavailable. */
  readonly attempted: (batches: PartitionBatches, infrastructureError: unknown) => void;
  /** Called when a batch is held and retried with all its messages. @param holds how often it has been held, from 1 */
  readonly held: (handler: BatchHandler, batch: readonly Taken[], error: unknown, holds: number) => void;
  /** Called when a batch fails for another reason; its messages are submitted one by one. */
  readonly split: (error: unknown, batch: readonly Taken[]) => void;
}

/**
 * Passes the messages of a partition to batch handlers, batch after batch, in the order of their offsets. A batch contains
 * the messages that have arrived by then, up to the handler's limit; it does not wait for more.
 *
 * Messages that cannot be in a batch (their handler takes single events, or their key waits for a retry) leave the queue for
 * a lane of their own. If their key is in the current batch, they come after it. A batch that fails is split into its
 * messages. While the batches are halted, no batch is formed or retried.
 */
export class PartitionBatches {
  private readonly backoff = new Backoff({ firstMs: 100, factor: 2, maxMs: 5_000, jitter: 0.2 });
  private readonly closing = new AbortController();
  private queue: Taken[] = [];
  private head = 0;
  private running: Promise<void> | undefined;
  private inBatch = 0;
  /** Set while the batches are halted; resolved when they resume. */
  private halted: PromiseWithResolvers<void> | undefined;

  constructor(private readonly options: PartitionBatchesOptions) {}

  /** Number of queued and running messages. */
  get size(): number {
    return this.queue.length - this.head + this.inBatch;
  }

  add(taken: readonly Taken[]): void {
    for (const one of taken) this.queue.push(one);
    this.running ??= this.run();
  }

  /** Starts no attempt until `release`. The running attempt ends normally. */
  halt(): void {
    if (!this.isClosed) this.halted ??= Promise.withResolvers();
  }

  release(): void {
    this.halted?.resolve();
    this.halted = undefined;
  }

  /** Starts no further batch, drops the queue, and resolves when the running batch has ended. */
  async close(): Promise<void> {
    this.closing.abort();
    this.queue = [];
    this.head = 0;
    this.release();
    await this.running;
  }

  private async run(): Promise<void> {
    // Messages that arrive in this tick may be in the first batch too.
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
    for (; this.head < this.queue.length; this.head += 1) {
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

/** Returns whether the error is an outage. A statement timeout is not: the batch may be too large, and is split. */
function isOutage(error: unknown): boolean {
  const isOverload = error instanceof DatabaseError && error.fault === 'overloaded';
  return errorKindOf(error) === 'infrastructure' && !isOverload;
}
