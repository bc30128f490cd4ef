import { copyOutOfResponse } from './fetched-message.ts';
import { type Taken } from './partition-batches.ts';

/** What waits for longer is copied, also where nothing more comes. */
const COPY_AFTER_MS = 1_000;

/**
 * The messages of a partition that refer to the responses which they were fetched with. What is not finished when the next ones come,
 * or after a second, waits, and is copied: so at most one response of a partition is kept. What is finished by then costs no copy.
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
