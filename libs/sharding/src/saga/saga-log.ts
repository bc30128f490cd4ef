import { type SagaKey } from './saga.ts';

export type SagaState = 'running' | 'compensating' | 'done' | 'compensated';

export type UnfinishedSagaState = Exclude<SagaState, 'done' | 'compensated'>;

/** Why a saga is compensated. */
export interface SagaFailure {
  readonly code: string;
  readonly message: string;
}

/** The progress of a saga. */
export interface SagaRecord extends SagaKey {
  readonly saga: string;
  readonly state: SagaState;
  /** While running: how many steps are done. While compensating: how many are left to compensate. */
  readonly step: number;
  readonly context: object;
  /** Consecutive failures of the current step. */
  readonly attempts: number;
  readonly failure: SagaFailure | undefined;
  /** Counts the runners of the saga so far. The log accepts progress only from the last one. */
  readonly lease: number;
}

/** A saga that has not ended, for operators. */
export interface UnfinishedSaga extends Pick<SagaRecord, 'slot' | 'id' | 'saga' | 'step'> {
  readonly state: UnfinishedSagaState;
  readonly begunAt: Date;
}

export type NewSaga = Pick<SagaRecord, 'slot' | 'id' | 'saga' | 'context'>;

/**
 * Stores sagas. A change is durable when its call resolves. Calls for one saga are serialized. All methods are safe to call
 * concurrently from any number of processes. Nothing needs to be closed.
 */
export interface SagaLog {
  /**
   * Stores a new saga, leased to the caller. If several calls use one key, the first one stores its saga.
   *
   * @returns the stored saga, and whether this call stored it
   */
  begin(saga: NewSaga, leaseMs: number): Promise<{ readonly record: SagaRecord; readonly begun: boolean }>;
  /**
   * Stores progress and extends the lease. An expired lease is still valid while no other runner has taken the saga.
   *
   * @throws {SagaLeaseLostError} if another runner has taken the saga
   */
  save(record: SagaRecord, leaseMs: number): Promise<void>;
  find(key: SagaKey): Promise<SagaRecord | undefined>;
  /**
   * Leases unfinished sagas with expired leases to the caller, the longest abandoned first. Two callers never get the same
   * saga. A log with several places takes from each in turn, so that many stuck sagas of one place do not block those of the
   * others. Sagas that cannot be taken now are left for the next call. Rejects if none of them can be taken.
   */
  takeAbandoned(limit: number, leaseMs: number): Promise<readonly SagaRecord[]>;
  /** Lists unfinished sagas that started at least `olderThanMs` ago, the oldest first. */
  unfinished(olderThanMs: number, limit: number): Promise<readonly UnfinishedSaga[]>;
  /**
   * Removes sagas that ended at least `olderThanMs` ago (counted from the end of their last lease), and the rows of their
   * steps. Their keys may be used again afterwards.
   *
   * @returns the number of removed sagas; fewer than the limit if there are no more
   */
  forgetEnded(olderThanMs: number, limit: number): Promise<number>;
}
