import { type DeadLetterRecord, type DeadLetterSink } from '@groundwork/dlq';

/** A sink that reports each dead letter as soon as it is durable, before its consumer is notified. */
export class NotedLetters implements DeadLetterSink {
  readonly #sink: DeadLetterSink;
  readonly #noted: (letter: DeadLetterRecord) => void;
  #refused = 0;

  constructor(sink: DeadLetterSink, noted: (letter: DeadLetterRecord) => void) {
    this.#sink = sink;
    this.#noted = noted;
  }

  /** How often a dead letter could not be stored. */
  get refused(): number {
    return this.#refused;
  }

  async put(letter: DeadLetterRecord): Promise<void> {
    try {
      await this.#sink.put(letter);
    } catch (error) {
      this.#refused += 1;
      throw error;
    }
    this.#noted(letter);
  }

  close(): Promise<void> {
    return this.#sink.close();
  }
}

/** Returns the number of the event in the dead letter. */
export function numberIn({ payload }: DeadLetterRecord): number {
  return (JSON.parse(payload ?? '{}') as { number?: number }).number ?? -1;
}
