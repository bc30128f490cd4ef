/** Identifies a message that was taken; increases by one with each message. */
export type Sequence = number;

/** Number of finished messages at which they are dropped: dropping them one by one would copy the rest each time. */
const DROP_AT = 1_024;

/**
 * Tracks the lowest unfinished offset of messages that finish in any order. Only offsets below it may be committed:
 * committing the highest finished offset would lose every lower message that is still in flight when the process crashes.
 *
 * Offsets stay text, as they arrive, and only the requested one is converted: there are hundreds of thousands a second.
 */
export class OffsetWatermark {
  /** The offsets from the sequence `dropped` on. */
  private offsets: string[] = [];
  private finished: boolean[] = [];
  private dropped: Sequence = 0;
  /** The index of the lowest unfinished message. */
  private head = 0;
  private last: string | undefined;
  /** The highest finished sequence. */
  private highest: Sequence = -1;

  /** Takes a message, in ascending order of offsets. @returns the sequence to finish the message by */
  take(offset: string): Sequence {
    this.offsets.push(offset);
    return this.dropped + this.finished.push(false) - 1;
  }

  finish(sequence: Sequence): void {
    this.finished[sequence - this.dropped] = true;
    if (sequence > this.highest) this.highest = sequence;
    if (sequence === this.dropped + this.head) this.advance();
  }

  isFinished(sequence: Sequence): boolean {
    return sequence < this.dropped || this.finished[sequence - this.dropped] === true;
  }

  /** The offset to commit (the next one to read), or undefined while no message is finished. */
  get committable(): bigint | undefined {
    return after(this.last);
  }

  /** Returns what `committable` would be if these sequences, in ascending order, were finished too. */
  committableWith(sequences: readonly Sequence[]): bigint | undefined {
    let { head, last } = this;
    for (let n = 0; head < this.finished.length; head += 1) {
      if (this.finished[head] !== true && sequences[n] !== this.dropped + head) break;
      if (sequences[n] === this.dropped + head) n += 1;
      last = this.offsets[head];
    }
    return after(last);
  }

  /** Where reading must resume so that no unfinished message is skipped; undefined before the first message. */
  get lowestUnfinished(): bigint | undefined {
    const offset = this.offsets[this.head];
    return offset === undefined ? this.committable : BigInt(offset);
  }

  /** From the lowest unfinished to the highest finished message: this many are redelivered when the process ends now. */
  get gap(): number {
    return Math.max(0, this.highest - this.dropped - this.head);
  }

  private advance(): void {
    while (this.finished[this.head] === true) this.head += 1;
    this.last = this.offsets[this.head - 1];
    if (this.head < DROP_AT || this.head * 2 < this.finished.length) return;
    this.offsets = this.offsets.slice(this.head);
    this.finished = this.finished.slice(this.head);
    this.dropped += this.head;
    this.head = 0;
  }
}

function after(offset: string | undefined): bigint | undefined {
  return offset === undefined ? undefined : BigInt(offset) + 1n;
}
