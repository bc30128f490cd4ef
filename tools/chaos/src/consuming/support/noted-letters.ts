import { type DeadLetterRecord, type DeadLetterSink } from '@groundwork/dlq';

/** A sink that tells what becomes of letters: of each that is durable before its consumer hears of it. */
export class NotedLetters implements DeadLetterSink {
  readonly #sink: DeadLetterSink;
  readonly #noted: (letter: DeadLetterRecord) => void;
  #refused = 0;

  constructor(sink: DeadLetterSink, noted: (letter: DeadLetterRecord) => void) {
    this.#sink = sink;
    this.#noted = noted;
  }

  /** How often a letter could not be put. */
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

/** The number of the event that the letter is about. */
export function numberIn({ payload }: DeadLetterRecord): number {
  return (JSON.parse(payload ?? '{}') as { number?: number }).number ?? -1;
}
