/** Names a message that was taken; rises by one with each. */
export type Sequence = number;

/** Finished ones are dropped when there are so many: one by one would copy the rest each time. */
const DROP_AT = 1_024;

/**
 * The lowest offset that is not finished yet, of messages that finish in any order. Only what lies below may be committed:
 * committing the highest finished one would lose every lower one still in flight when the process dies.
 *
 * Offsets stay the text that they come as, but for the one that is asked for: there are hundreds of thousands a second.
 */
export class OffsetWatermark {
  /** What is taken from the sequence `dropped` on. */
  private offsets: string[] = [];
  private finished: boolean[] = [];
  private dropped: Sequence = 0;
  /** The lowest that is not finished, as an index. */
  private head = 0;
  private last: string | undefined;
  /** The highest that is finished. */
  private highest: Sequence = -1;

  /** Offsets are taken in rising order. @returns what to finish the message by */
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

  /** The offset to commit (the next to be read), or undefined while nothing has been finished. */
  get committable(): bigint | undefined {
    return after(this.last);
  }

  /** What `committable` would be if these, in rising order, were finished too. */
  committableWith(sequences: readonly Sequence[]): bigint | undefined {
    let { head, last } = this;
    for (let n = 0; head < this.finished.length; head += 1) {
      if (this.finished[head] !== true && sequences[n] !== this.dropped + head) break;
      if (sequences[n] === this.dropped + head) n += 1;
      last = this.offsets[head];
    }
    return after(last);
  }

  /** Where reading has to go on so that nothing unfinished is passed over; undefined before the first message. */
  get lowestUnfinished(): bigint | undefined {
    const offset = this.offsets[this.head];
    return offset === undefined ? this.committable : BigInt(offset);
  }

  /** From the lowest that is not finished to the highest that is: so many messages come again when the process ends now. */
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
