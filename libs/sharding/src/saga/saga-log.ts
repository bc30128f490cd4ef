import { type SagaKey } from './saga.ts';

export type SagaState = 'running' | 'compensating' | 'done' | 'compensated';

export type UnfinishedSagaState = Exclude<SagaState, 'done' | 'compensated'>;

/** Why a saga was taken back. */
export interface SagaFailure {
  readonly code: string;
  readonly message: string;
}

/** How far a saga has come. */
export interface SagaRecord extends SagaKey {
  readonly saga: string;
  readonly state: SagaState;
  /** While running: how many steps are done. While compensating: how many are left to take back. */
  readonly step: number;
  readonly context: object;
  /** How often the step at hand has failed in a row. */
  readonly attempts: number;
  readonly failure: SagaFailure | undefined;
  /** Counts the runners that the saga has had: the log takes progress from the last one only. */
  readonly lease: number;
}

/** A saga that has not ended, for operators. */
export interface UnfinishedSaga extends Pick<SagaRecord, 'slot' | 'id' | 'saga' | 'step'> {
  readonly state: UnfinishedSagaState;
  readonly begunAt: Date;
}

export type NewSaga = Pick<SagaRecord, 'slot' | 'id' | 'saga' | 'context'>;

/**
 * Where sagas are written down. Durable when a call resolves. Of two calls with one saga one comes first; all are safe to use
 * concurrently, from any number of processes. Nothing to close.
 */
export interface SagaLog {
  /**
   * Stores a new saga, leased to the caller. Of several with one key the first counts.
   *
   * @returns what is stored, and whether this call has stored it
   */
  begin(saga: NewSaga, leaseMs: number): Promise<{ readonly record: SagaRecord; readonly begun: boolean }>;
  /**
   * Stores progress and extends the lease; one that has run out and that nobody else has taken is still good.
   *
   * @throws {SagaLeaseLostError} when somebody else runs the saga by now
   */
  save(record: SagaRecord, leaseMs: number): Promise<void>;
  find(key: SagaKey): Promise<SagaRecord | undefined>;
  /**
   * Leases to the caller unfinished sagas whose lease has run out, the longest abandoned first. Never the same to two callers.
   * A log in several places takes from each in turn, so that many stuck sagas of one place do not keep out those of the others.
   * Those that cannot be taken now are left for the next call; rejects when that is all of them.
   */
  takeAbandoned(limit: number, leaseMs: number): Promise<readonly SagaRecord[]>;
  /** Sagas that were begun so long ago and have not ended, the oldest first. */
  unfinished(olderThanMs: number, limit: number): Promise<readonly UnfinishedSaga[]>;
  /**
   * Forgets sagas that ended so long ago (counted from the end of their last lease), and the notes of their steps. Their keys may
   * be begun again afterwards.
   *
   * @returns how many; fewer than the limit when there are no more
   */
  forgetEnded(olderThanMs: number, limit: number): Promise<number>;
}
