import { type Slot, SLOT_COUNT } from '../slots/slot.ts';
import { composeId, MAX_SEQUENCE } from './id-layout.ts';
import { IdsUnavailableError } from './ids-unavailable.error.ts';

/**
 * The right to make the ids of one worker number whose times lie in [fromMs, untilMs). Whoever hands windows out never
 * hands out two of one worker number that overlap, so two ids can be equal only if one generator made both. No clock of
 * any process has to be right for that.
 */
export interface IdWindow {
  /** 0 … 31 */
  readonly worker: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface IdGeneratorOptions {
  /** The window that holds now, if there is one. It may grow, and change its worker, from call to call. */
  readonly window: () => IdWindow | undefined;
  /** Unix time in milliseconds; it may jump. Default: the system's clock. */
  readonly now?: () => number;
}

/**
 * Makes ids that ascend within a slot: at most 32 a millisecond, and one more borrows the next millisecond. A clock
 * that is set back changes nothing: the generator goes on from the last time it used for the slot. Each slot has its own
 * last time, so a slot that comes from an owner whose clock was ahead takes no other slot along.
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
   * @param afterMs the id's time lies after this: what an earlier owner of the slot made, under windows of its own, is older
   * @throws {IdsUnavailableError} when no window allows another id now; retryable once the window reaches its `neededMs`
   */
  next(slot: Slot, afterMs = 0): string {
    const window = this.window();
    if (window === undefined) throw new IdsUnavailableError('no worker number is leased', 0);
    const lastMs = this.lastMs[slot] as number;
    const isSameWorker = this.workers[slot] === window.worker;
    // Databases give the borders of windows in fractions of a millisecond.
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
