import { type Slot } from '../slots/slot.ts';

/** The saga that a step belongs to. */
export interface SagaKey {
  /** The slot whose shard stores the saga. The record moves with the slot. */
  readonly slot: Slot;
  readonly id: string;
}

/**
 * One local transaction of a saga, and its compensation. Each may run again at any time. After a crash it is unknown whether
 * the crash came before or after the commit, and a process that was paused past its lease continues where it was. Therefore:
 * `run` must have its effect once, however often it is called. `compensate` must also work if `run` had no effect. A `run`
 * that comes after `compensate` must refuse. `doStepOnce` and `undoStepOnce` in `@groundwork/sharding/postgres` ensure all
 * three.
 */
export interface SagaStep<Context> {
  readonly name: string;
  /** @returns context for later steps; it is stored. An error that is `retryable` is retried, any other is final */
  run(context: Context, saga: SagaKey): Promise<Partial<Context> | void>;
  /** Omit it for a step that changes nothing. Retried until it succeeds. */
  compensate?(context: Context, saga: SagaKey): Promise<void>;
  /** After this step is recorded, the saga cannot be compensated: later steps are retried until they succeed. */
  readonly isPivot?: boolean;
}

/**
 * Steps on several shards. In the end all of them are done or all are compensated:
 *
 *     running ── every step ──────────────────────────────────▶ done
 *        └── a final error, or too many retryable ones,
 *            before the pivot is recorded ──▶ compensating ──▶ compensated      last step first
 *
 * Atomic in the end, but not isolated: other transactions see the effects of finished steps while the saga runs.
 *
 * @typeParam Context the data that the steps share, as JSON
 */
export interface Saga<Context> {
  readonly name: string;
  readonly steps: readonly SagaStep<Context>[];
}

/** A saga of any context, for lists of different sagas. */
export interface AnySaga {
  readonly name: string;
  readonly steps: readonly {
    readonly name: string;
    run(context: never, saga: SagaKey): Promise<object | void>;
    compensate?(context: never, saga: SagaKey): Promise<void>;
    readonly isPivot?: boolean;
  }[];
}
