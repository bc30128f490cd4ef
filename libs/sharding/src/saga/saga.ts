import { type Slot } from '../slots/slot.ts';

/** Which saga a step works for. */
export interface SagaKey {
  /** Where the saga's log lives, and moves with. */
  readonly slot: Slot;
  readonly id: string;
}

/**
 * One local transaction of a saga, and the one that takes it back. Each may be run again at any time: after a crash nobody
 * knows whether it came before or after the commit, and a process that was paused past its lease goes on where it was. So
 * `run` must have its effect once however often it is called, `compensate` must also work where `run` never came to anything,
 * and a `run` that comes after `compensate` must refuse (`doStepOnce` and `undoStepOnce` in `@groundwork/sharding/postgres` sees to all three).
 */
export interface SagaStep<Context> {
  readonly name: string;
  /** @returns what later steps want to know; it is stored. An error that is `retryable` is retried, any other is final */
  run(context: Context, saga: SagaKey): Promise<Partial<Context> | void>;
  /** Steps without one change nothing. Retried until it succeeds. */
  compensate?(context: Context, saga: SagaKey): Promise<void>;
  /** Once this step is recorded there is no way back: what follows is retried until it succeeds. */
  readonly isPivot?: boolean;
}

/**
 * Steps on several shards that are all done in the end, or all taken back:
 *
 *     running ── every step ──────────────────────────────────▶ done
 *        └── a final error, or too many retryable ones,
 *            before the pivot is recorded ──▶ compensating ──▶ compensated      last step first
 *
 * Atomic in the end, not isolated: between its steps others see what has been done so far.
 *
 * @typeParam Context what the steps know: JSON
 */
export interface Saga<Context> {
  readonly name: string;
  readonly steps: readonly SagaStep<Context>[];
}

/** A saga of any context, for those who keep several. */
export interface AnySaga {
  readonly name: string;
  readonly steps: readonly {
    readonly name: string;
    run(context: never, saga: SagaKey): Promise<object | void>;
    compensate?(context: never, saga: SagaKey): Promise<void>;
    readonly isPivot?: boolean;
  }[];
}
