/** That a consumer group, or what it reads of one topic, stands still because somebody wants it to. */
export interface ConsumerPause {
  /** Undefined: the whole group, its retry topics included. */
  readonly topic: string | undefined;
  /** Who asked, as they said. */
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
 * What operators have paused, shared by all members of a group and outliving them. A pause of the whole group and one of a topic
 * are two: ending one leaves the other.
 *
 * `pause` and `resume` are idempotent, the first pause stays as it is, and of any number at once one changes something. All three may be
 * called at any time and reject when the store cannot be asked. There is nothing to close: the connection is the caller's.
 */
export interface ConsumerPauses {
  /** What is paused of a group, oldest first. */
  of(group: string): Promise<readonly ConsumerPause[]>;
  /** @returns whether it was not paused before */
  pause(group: string, wish: PauseWish): Promise<boolean>;
  /** @returns whether it was paused */
  resume(group: string, topic: string | undefined): Promise<boolean>;
}
