/** An operator's pause of a consumer group, or of one topic that it reads. */
export interface ConsumerPause {
  /** Undefined: the whole group, including its retry topics. */
  readonly topic: string | undefined;
  /** The name that the operator gave. */
  readonly by: string | undefined;
  readonly reason: string;
  readonly at: Date;
}

export interface PauseWish {
  readonly topic?: string | undefined;
  readonly by?: string | undefined;
  readonly reason: string;
}

/**
 * The pauses of operators. All members of a group share them, and they outlive the members. A pause of the whole group and a
 * pause of one topic are independent: ending one leaves the other.
 *
 * `pause` and `resume` are idempotent. The first pause stays unchanged, and of concurrent calls exactly one changes
 * something. All three methods may be called at any time, and reject when the store is unavailable. There is nothing to
 * close: the caller owns the connection.
 */
export interface ConsumerPauses {
  /** Returns the pauses of a group, oldest first. */
  of(group: string): Promise<readonly ConsumerPause[]>;
  /** @returns whether this call added the pause */
  pause(group: string, wish: PauseWish): Promise<boolean>;
  /** @returns whether this call ended the pause */
  resume(group: string, topic: string | undefined): Promise<boolean>;
}
