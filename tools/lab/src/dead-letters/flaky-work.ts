/** Work that fails as planned, and that records what it is given. */
export class FlakyWork {
  /** Numbers of the events of each key, in the order in which their work succeeded. */
  private readonly done = new Map<string, number[]>();
  private readonly attempts = new Map<string, number>();

  /** @throws {WorkError} that is retryable where a retry mends it */
  do(key: string, number: number): void {
    const name = `${key} ${number}`;
    const attempt = (this.attempts.get(name) ?? 0) + 1;
    this.attempts.set(name, attempt);
    if (isInvalid(number)) throw new WorkError('the event can never be handled', false);
    if (isFlaky(number) && attempt <= 2) throw new WorkError('the provider is busy', true);
    this.done.set(key, [...(this.done.get(key) ?? []), number]);
  }

  get succeeded(): number {
    return [...this.done.values()].reduce((sum, numbers) => sum + numbers.length, 0);
  }

  /** Returns the number of events that were handled after a later event of their key. */
  get inversions(): number {
    return [...this.done.values()].reduce(
      (sum, numbers) =>
        sum + numbers.filter((number, at) => number < Math.max(...numbers.slice(0, at))).length,
      0,
    );
  }

  /** Returns the most attempts that were spent on an event that no retry mends. */
  get attemptsOnInvalid(): number {
    const invalid = [...this.attempts].filter(([name]) => isInvalid(Number(name.split(' ')[1])));
    return Math.max(...invalid.map(([, attempts]) => attempts));
  }
}

export class WorkError extends Error {
  readonly code = 'work-failed';

  constructor(
    message: string,
    readonly retryable: boolean,
  ) {
    super(message);
    this.name = 'WorkError';
  }
}

export const isInvalid = (number: number): boolean => number === 13;
const isFlaky = (number: number): boolean => number % 10 === 5;
