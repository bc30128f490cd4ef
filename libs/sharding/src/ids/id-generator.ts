import { type Slot, SLOT_COUNT } from '../slots/slot.ts';
import { composeId, MAX_SEQUENCE } from './id-layout.ts';
import { IdsUnavailableError } from './ids-unavailable.error.ts';

/**
 * The right to make ids of one worker number with times in [fromMs, untilMs). The issuer of windows guarantees that two
 * windows of one worker number never overlap. Two equal ids could therefore come only from one generator. This does not
 * depend on the clock of any process.
 */
export interface IdWindow {
  /** 0 … 31 */
  readonly worker: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface IdGeneratorOptions {
  /** Returns the current window, if there is one. Between calls the window may grow and may change its worker. */
  readonly window: () => IdWindow | undefined;
  /** Unix time in milliseconds; may jump. Default: the system clock. */
  readonly now?: () => number;
}

/**
 * Makes ids that ascend within a slot, at most 32 a millisecond; the next one borrows the next millisecond. A clock that is
 * set back changes nothing: the generator continues from the last time that it used for the slot. Each slot has its own last
 * time, so a slot that comes from an owner whose clock was ahead does not advance other slots.
 */
export class IdGenerator {
  private readonly window: () => IdWindow | undefined;
  private readonly now: () => number;
  private readonly lastMs = new Float64Array(SLOT_COUNT).fill(-Infinity);
  private readonly workers = new Int8Array(SLOT_COUNT).fill(-1);
  private readonly sequences = new Uint8Array(SLOT_COUNT);

  constructor({ window, now = Date.now }: IdGeneratorOptions) {
    this.window = window;
    this.now = now;
  }

  /**
   * @param afterMs the time of the id is later than this. An earlier owner of the slot, with its own windows, made ids up to
   * it.
   * @throws {IdsUnavailableError} if no window allows another id now; retryable once the window reaches beyond `neededMs`
   */
  next(slot: Slot, afterMs = 0): string {
    const window = this.window();
    if (window === undefined) throw new IdsUnavailableError('no worker number is leased', 0);
    const lastMs = this.lastMs[slot] as number;
    const isSameWorker = this.workers[slot] === window.worker;
    // The database returns the bounds of a window in fractions of a millisecond.
    let atMs = Math.ceil(
      Math.max(this.now(), window.fromMs, afterMs + 1, isSameWorker ? lastMs : lastMs + 1),
    );
    let sequence = atMs === lastMs ? (this.sequences[slot] as number) + 1 : 0;
    if (sequence > MAX_SEQUENCE) {
      atMs += 1;
      sequence = 0;
    }
    if (atMs >= window.untilMs) {
      throw new IdsUnavailableError('the lease of the worker number ends before the next id', atMs);
    }
    this.workers[slot] = window.worker;
    this.lastMs[slot] = atMs;
    this.sequences[slot] = sequence;
    return composeId({ atMs, slot, worker: window.worker, sequence });
  }
}
