interface Taken {
  readonly offset: bigint;
  done: boolean;
}

/**
 * The lowest offset that is not finished yet, of messages that finish in any order. Only what lies below may be committed:
 * committing the highest finished one would lose every lower one still in flight when the process dies.
 */
export class OffsetWatermark {
  private readonly taken: Taken[] = [];
  private head = 0;
  private next: bigint | undefined;

  /** Offsets are taken in rising order. @returns what to call when the message is finished */
  take(offset: bigint): () => void {
    const taken = { offset, done: false };
    this.taken.push(taken);
    return () => {
      taken.done = true;
      this.advance();
    };
  }

  /** The offset to commit (the next to be read), or undefined while nothing has been finished. */
  get committable(): bigint | undefined {
    return this.next;
  }

  /** Where reading has to go on so that nothing unfinished is passed over; undefined before the first message. */
  get lowestUnfinished(): bigint | undefined {
    return this.taken[this.head]?.offset ?? this.next;
  }

  private advance(): void {
    for (let lowest = this.taken[this.head]; lowest?.done === true; lowest = this.taken[this.head]) {
      this.next = lowest.offset + 1n;
      this.head += 1;
    }
    // Dropping the finished ones one by one would copy the rest each time.
    if (this.head > 1_024 && this.head * 2 > this.taken.length) {
      this.taken.splice(0, this.head);
      this.head = 0;
    }
  }
}
