import { alone } from './alone.ts';
import { AssignmentOverError } from './assignment-over.error.ts';
import { AttemptHeldError } from './attempt-held.error.ts';
import { type AttemptNotes, encodeNotes } from './attempt-notes.ts';
import { PoisonMessageError } from './poison-message.error.ts';

/** The state that an assignment of a partition starts with. */
export interface Inheritance {
  /** The notes of the previous owner. */
  readonly notes: AttemptNotes;
  /** Whether the previous owner died: it did not shut down cleanly and is no longer a member of the group. */
  readonly ownerDied: boolean;
  /** The next offset that the partition assigns: no earlier owner can have started an event at or after it. */
  readonly end: bigint;
}

export interface StartedAttemptsOptions {
  /** The member id of this process in the group. */
  readonly owner: string;
  /** After this many counted deaths an event becomes a dead letter instead of being started again. */
  readonly maxDeaths: number;
  /** Called when the notes have changed and an event waits until they are stored. */
  readonly changed: () => void;
}

/**
 * Counts how often a process has died during an event, so that an event that kills its process becomes a dead letter instead
 * of killing all members of its group again and again.
 *
 *     owner alive ──▶ only the owner is noted
 *     owner died ──▶ events that it may have started (up to the end of the partition) are noted before they start
 *                      └─ died again ──▶ events in progress are suspect: they run alone, one at a time in a process
 *                                          └─ `maxDeaths` times ──▶ PoisonMessageError
 *
 * The first death leaves no notes of events, the later ones do: so nothing is written for an event in normal operation.
 * While an event runs alone, a death is counted only against that event. An event whose attempt ends, with any outcome, is
 * no longer suspect.
 */
export class StartedAttempts {
  private readonly underWay = new Set<bigint>();
  private deaths = new Map<bigint, number>();
  /** Events below this offset may have been started by an owner that has died. */
  private doubtBelow = 0n;
  private isHalted = false;
  private isEnded = false;
  private isOver = false;
  private version = 1;
  private storedVersion = 0;
  private waiting: { readonly version: number; readonly is: PromiseWithResolvers<void> }[] = [];

  constructor(private readonly options: StartedAttemptsOptions) {}

  /** Must be called before any event starts. @param from where the partition resumes: earlier events are finished */
  inherit({ notes, ownerDied, end }: Inheritance, from: bigint): void {
    this.deaths = new Map(notes.deaths);
    if (ownerDied) {
      this.doubtBelow = end;
      for (const offset of notes.underWay) this.deaths.set(offset, (this.deaths.get(offset) ?? 0) + 1);
    }
    for (const offset of this.deaths.keys()) if (offset < from) this.deaths.delete(offset);
    // The owner must be stored before it starts an event, in case it dies during that event.
    this.options.changed();
  }

  /** The notes to store, and the version to confirm them by. */
  get notes(): { readonly text: string; readonly version: number; readonly isStored: boolean } {
    const owner = this.isEnded ? undefined : this.options.owner;
    const text = encodeNotes({ owner, underWay: this.underWay, deaths: this.deaths });
    return { text, version: this.version, isStored: this.storedVersion >= this.version };
  }

  /** Confirms that the notes of this version are durable, stored with this offset. */
  stored(version: number, offset: bigint): void {
    this.storedVersion = Math.max(this.storedVersion, version);
    if (offset >= this.doubtBelow) this.doubtBelow = 0n;
    for (const { is } of this.waiting.filter((one) => one.version <= version)) is.resolve();
    this.waiting = this.waiting.filter((one) => one.version > version);
  }

  /** Returns whether a process has died during the event: it must not be in a batch with others. */
  isSuspect(offset: string): boolean {
    return this.deaths.size > 0 && this.deaths.has(BigInt(offset));
  }

  /**
   * Runs an attempt of events.
   *
   * @throws {PoisonMessageError} instead, when too many processes have died during an event
   * @throws {AssignmentOverError} instead, when the assignment ends before the attempt starts
   * @throws {AttemptHeldError} instead, when an attempt that needs notes has not started before an operator's pause
   * @throws {AnotherAtWorkError} instead, when the attempt must run alone and another one is running alone
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

  /** While halted, no attempt starts that needs notes. */
  setHalted(isHalted: boolean): void {
    this.isHalted = isHalted;
  }

  /** Starts no further attempts that need notes, and rejects those that wait. */
  close(): void {
    this.isOver = true;
    for (const { is } of this.waiting.splice(0)) is.reject(new AssignmentOverError());
  }

  /** Marks a clean shutdown: all started attempts have ended, so the next owner has no doubtful events. */
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
