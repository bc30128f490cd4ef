/** Publishes the copy of a message in the background, so that no lane is blocked while the broker takes its time. */
export class Departure {
  private outcome: { readonly error?: unknown } | undefined;
  /** Resolves when the current try ends, with any outcome; undefined while there is none. */
  private tried: Promise<void> | undefined;

  constructor(private readonly publish: () => Promise<void>) {}

  /** Starts a try if there is none. Resolves when there is an outcome. */
  get underWay(): Promise<void> {
    this.tried ??= this.publish().then(
      () => void (this.outcome = {}),
      (error: unknown) => void (this.outcome = { error }),
    );
    return this.tried;
  }

  /** Returns the outcome of the last try. A failure is returned once: the next use of `underWay` starts another try. */
  takeOutcome(): { readonly error?: unknown } | undefined {
    const { outcome } = this;
    if (outcome !== undefined && 'error' in outcome) this.tried = this.outcome = undefined;
    return outcome;
  }
}
