import { copyOutOfResponse } from './fetched-message.ts';
import { type Taken } from './partition-batches.ts';

/** Messages that wait for longer are copied, even when no more messages arrive. */
const COPY_AFTER_MS = 1_000;

/**
 * The messages of a partition that refer to the responses they were fetched in. Messages that are unfinished when the next
 * ones arrive, or after a second, are copied. So at most one response of a partition is kept in memory, and messages that
 * are finished by then cost no copy.
 */
export class WaitingMessages {
  private uncopied: Taken[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly isFinished: (taken: Taken) => boolean) {}

  add(taken: readonly Taken[]): void {
    for (const one of taken) this.uncopied.push(one);
    this.timer ??= setTimeout(() => this.copy(), COPY_AFTER_MS).unref();
  }

  copy(): void {
    const uncopied = this.forget();
    for (const taken of uncopied) if (!this.isFinished(taken)) copyOutOfResponse(taken.message);
  }

  close(): void {
    this.forget();
  }

  private forget(): Taken[] {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { uncopied } = this;
    this.uncopied = [];
    return uncopied;
  }
}
