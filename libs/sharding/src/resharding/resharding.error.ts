export type ReshardingErrorCode =
  | 'already-moving'
  | 'plan-stale'
  | 'unknown-shard'
  | 'shard-not-ready'
  | 'same-shard'
  | 'unknown-move'
  | 'move-finished'
  | 'move-not-ready'
  | 'nothing-to-plan'
  | 'verification-failed'
  | 'schema-differs'
  | 'table-not-movable'
  | 'foreign-rows'
  | 'outbox-too-long'
  | 'slot-too-large'
  | 'too-many-changes'
  | 'privilege-missing'
  | 'owner-busy'
  | 'switch-unfinished'
  | 'goal-changed'
  | 'mover-superseded'
  | 'mover-running'
  | 'shard-unreachable'
  | 'owns-slots'
  | 'older-transactions';

/** Why a move cannot start or continue, as a message for the operator. */
export class ReshardingError extends Error {
  readonly code: ReshardingErrorCode;
  /** Whether the mover retries by itself. */
  readonly retryable: boolean;

  constructor(
    code: ReshardingErrorCode,
    message: string,
    { retryable = false, cause }: { retryable?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.name = 'ReshardingError';
    this.code = code;
    this.retryable = retryable;
  }
}
