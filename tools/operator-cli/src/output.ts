import { printable, printableLines } from './printable.ts';

export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Interval of plain progress lines, which keeps log files short. */
const LINE_MS = 2_000;

/**
 * Writes for people and for programs. Results go to standard output and progress to standard error: a redrawn bar on a
 * terminal, a line at intervals elsewhere, nothing with --json. Control characters in text from other sources are escaped.
 */
export class Output {
  readonly isJson: boolean;
  readonly #stdout: OutputStream;
  readonly #stderr: OutputStream;
  readonly #now: () => number;
  #drawn = '';
  #lastLineAt = -Infinity;
  #lastText = '';

  constructor(
    isJson: boolean,
    stdout: OutputStream,
    stderr: OutputStream,
    now: () => number = () => performance.now(),
  ) {
    this.isJson = isJson;
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#now = now;
  }

  /** Prints the result: as JSON, or in words. */
  result(json: unknown, words: string): void {
    this.#clear();
    this.#stdout.write(`${printableLines(this.isJson ? JSON.stringify(json, null, 2) : words)}\n`);
  }

  /** Prints a line of its own. */
  note(text: string): void {
    if (this.isJson) return;
    this.#clear();
    this.#stderr.write(`${printableLines(text)}\n`);
  }

  /** Prints an error to standard error: as JSON, or in words. */
  failure(code: string, message: string, words = message): void {
    this.#clear();
    this.#stderr.write(`${printableLines(this.isJson ? JSON.stringify({ code, message }) : words)}\n`);
  }

  progress(line: string, { last = false } = {}): void {
    if (this.isJson) return;
    const text = printable(line);
    if (this.#stderr.isTTY === true) {
      this.#clear();
      // A terminal that does not know its width reports 0.
      this.#drawn = text.slice(0, (this.#stderr.columns || 100) - 1);
      this.#stderr.write(last ? `${text}\n` : this.#drawn);
      if (last) this.#drawn = '';
      return;
    }
    if (text === this.#lastText || (!last && this.#now() - this.#lastLineAt < LINE_MS)) return;
    this.#lastText = text;
    this.#lastLineAt = this.#now();
    this.#stderr.write(`${text}\n`);
  }

  #clear(): void {
    if (this.#drawn !== '') this.#stderr.write(`\r${' '.repeat(this.#drawn.length)}\r`);
    this.#drawn = '';
  }
}
