interface Waiting<Request, Answer> {
  readonly request: Request;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs all requests of one turn of the event loop together, in the order of their calls, at most `largest` in one run. A
 * server takes longer to receive a command than to answer one more request.
 */
export class TurnBatches<Request, Answer> {
  readonly #run: (requests: readonly Request[]) => Promise<readonly Answer[]>;
  readonly #largest: number;
  #waiting: Waiting<Request, Answer>[] = [];

  /** @param run returns the answers in the order of the requests; when it rejects, all of them do */
  constructor(run: (requests: readonly Request[]) => Promise<readonly Answer[]>, largest: number) {
    this.#run = run;
    this.#largest = largest;
  }

  add(request: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      if (this.#waiting.length === 1) setImmediate(() => this.#runAll());
    });
  }

  #runAll(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (let start = 0; start < waiting.length; start += this.#largest)
      this.#runBatch(waiting.slice(start, start + this.#largest));
  }

  #runBatch(batch: readonly Waiting<Request, Answer>[]): void {
    this.#run(batch.map(({ request }) => request)).then(
      (answers) => batch.forEach(({ resolve }, index) => resolve(answers[index] as Answer)),
      (error: unknown) => batch.forEach(({ reject }) => reject(error)),
    );
  }
}
