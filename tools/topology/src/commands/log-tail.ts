import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';

/** Reads what was appended to a file since the last call. */
export class LogTail {
  readonly #file: string;
  #at: number;

  constructor(file: string, from = 0) {
    this.#file = file;
    this.#at = from;
  }

  read(): string {
    if (!existsSync(this.#file)) return '';
    const handle = openSync(this.#file, 'r');
    try {
      const { size } = fstatSync(handle);
      if (size < this.#at) this.#at = 0; // the file was rewritten
      const buffer = Buffer.alloc(size - this.#at);
      this.#at += readSync(handle, buffer, 0, buffer.length, this.#at);
      return buffer.toString('utf8');
    } finally {
      closeSync(handle);
    }
  }
}
