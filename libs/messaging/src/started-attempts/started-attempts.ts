import { alone } from './alone.ts';
import { AssignmentOverError } from './assignment-over.error.ts';
import { AttemptHeldError } from './attempt-held.error.ts';
import { type AttemptNotes, encodeNotes } from './attempt-notes.ts';
import { PoisonMessageError } from './poison-message.error.ts';

/** What an assignment of a partition begins with. */
export interface Inheritance {
  /** Of the owner before. */
  readonly notes: AttemptNotes;
  /** That owner has neither ended in order nor is it a member of the group any more. */
  readonly ownerDied: boolean;
  /** The next offset that the partition gives: what lies beyond was begun by nobody. */
  readonly end: bigint;
}

export interface StartedAttemptsOptions {
  /** The member of the group that this process is. */
  readonly owner: string;
  /** An event that so many processes have died of is begun no more. */
  readonly maxDeaths: number;
  /** The notes have changed, and somebody waits until they are stored. */
  readonly changed: () => void;
}

/**
 * Counts how often a process has died during an event, so that one that kills whoever handles it becomes a dead letter instead
 * of killing all members of its group for ever.
 *
 *     owner alive ──▶ nothing is noted but who the owner is
 *     owner died ──▶ what it may have begun (up to the end of the partition) is noted before it is begun
 *                      └─ died again ──▶ what was under way is suspect: begun alone, one at a time in a process
 *                                          └─ `maxDeaths` times ──▶ PoisonMessageError
 *
 * The first death notes nothing, the later ones do: so nothing is written for an event in normal times. An event that is begun
 * alone is blamed for no other's crime. Whoever survives an attempt, however it ended, is suspect no more.
 */
export class StartedAttempts {
  private readonly underWay = new Set<bigint>();
  private deaths = new Map<bigint, number>();
  /** What lies below may have been begun by an owner that has died. */
  private doubtBelow = 0n;
  private isHalted = false;
  private isEnded = false;
  private isOver = false;
  private version = 1;
  private storedVersion = 0;
  private waiting: { readonly version: number; readonly is: PromiseWithResolvers<void> }[] = [];

  constructor(private readonly options: StartedAttemptsOptions) {}

  /** Before anything is begun. @param from where the partition goes on: what lies before is done */
  inherit({ notes, ownerDied, end }: Inheritance, from: bigint): void {
    this.deaths = new Map(notes.deaths);
    if (ownerDied) {
      this.doubtBelow = end;
      for (const offset of notes.underWay) this.deaths.set(offset, (this.deaths.get(offset) ?? 0) + 1);
    }
    for (const offset of this.deaths.keys()) if (offset < from) this.deaths.delete(offset);
    // Who the owner is has to be known before it begins an event, should it die of that.
    this.options.changed();
  }

  /** What is to be stored, and as what it is confirmed. */
  get notes(): { readonly text: string; readonly version: number; readonly isStored: boolean } {
    const owner = this.isEnded ? undefined : this.options.owner;
    const text = encodeNotes({ owner, underWay: this.underWay, deaths: this.deaths });
    return { text, version: this.version, isStored: this.storedVersion >= this.version };
  }

  /** The notes of this version are durable, beside this offset. */
  stored(version: number, offset: bigint): void {
    this.storedVersion = Math.max(this.storedVersion, version);
    if (offset >= this.doubtBelow) this.doubtBelow = 0n;
    for (const { is } of this.waiting.filter((one) => one.version <= version)) is.resolve();
    this.waiting = this.waiting.filter((one) => one.version > version);
  }

  /** Whether a process has died during the event: it may not be in a batch with others. */
  isSuspect(offset: string): boolean {
    return this.deaths.size > 0 && this.deaths.has(BigInt(offset));
  }

  /**
   * Runs an attempt of events.
   *
   * @throws {PoisonMessageError} instead, when too many processes have died of it
   * @throws {AssignmentOverError} instead, when the assignment ends before it has begun
   * @throws {AttemptHeldError} instead, when it waited for its notes, and an operator has paused the partition meanwhile
   * @throws {AnotherAtWorkError} instead, when it is to be begun alone and another is at work
   */
  async run(offsets: readonly string[], attempt: () => Promise<void>): Promise<void> {
    if (this.storedVersion > 0 && this.doubtBelow === 0n && this.deaths.size === 0) return attempt();
    const doubtful = offsets
      .map(BigInt)
      .filter((offset) => offset < this.doubtBelow || this.deaths.has(offset));
    const deaths = Math.max(0, ...doubtful.map((offset) => this.deaths.get(offset) ?? 0));
    if (deaths >= this.options.maxDeaths) throw new PoisonMessageError(deaths);
    const noted = () => this.runNoted(doubtful, attempt);
    return deaths > 0 ? alone(noted) : noted();
  }

  /** While halted, nothing is begun that waits for its notes. */
  setHalted(isHalted: boolean): void {
    this.isHalted = isHalted;
  }

  /** Nothing is begun any more. */
  close(): void {
    this.isOver = true;
    for (const { is } of this.waiting.splice(0)) is.reject(new AssignmentOverError());
  }

  /** What was begun has ended: whoever comes next has nothing to doubt. */
  end(): void {
    this.isEnded = true;
  }

  private async runNoted(offsets: readonly bigint[], attempt: () => Promise<void>): Promise<void> {
    if (this.isHalted) throw new AttemptHeldError();
    for (const offset of offsets) this.underWay.add(offset);
    try {
      await this.untilStored(offsets.length > 0 ? (this.version += 1) : 1);
      if (this.isHalted) throw new AttemptHeldError();
    } catch (error) {
      for (const offset of offsets) this.underWay.delete(offset);
      throw error;
    }
    try {
      await attempt();
    } finally {
      for (const offset of offsets) {
        this.underWay.delete(offset);
        this.deaths.delete(offset);
      }
    }
  }

  private async untilStored(version: number): Promise<void> {
    if (this.isOver) throw new AssignmentOverError();
    if (this.storedVersion >= version) return;
    const is = Promise.withResolvers<void>();
    this.waiting.push({ version, is });
    this.options.changed();
    await is.promise;
  }
}
