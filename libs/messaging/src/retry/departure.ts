/** The publishing of a message's copy, watched from outside: nobody has to hold anything while the broker takes its time. */
export class Departure {
  private outcome: { readonly error?: unknown } | undefined;
  /** Resolves when this try has ended, in whatever way; nothing while there is none. */
  private tried: Promise<void> | undefined;

  constructor(private readonly publish: () => Promise<void>) {}

  /** @returns when there is an outcome to look at */
  get underWay(): Promise<void> {
    this.tried ??= this.publish().then(
      () => void (this.outcome = {}),
      (error: unknown) => void (this.outcome = { error }),
    );
    return this.tried;
  }

  /** The outcome of the last try, once: after a failure the next look at `underWay` begins another. */
  takeOutcome(): { readonly error?: unknown } | undefined {
    const { outcome } = this;
    if (outcome !== undefined && 'error' in outcome) this.tried = this.outcome = undefined;
    return outcome;
  }
}
