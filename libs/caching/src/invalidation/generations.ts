/** The number of slots that `slotsOf` returns, from 0. */
export const SLOTS = 4096;
const KEY_SEED = 0x811c9dc5;
const TAG_SEED = 0x01000193;

/**
 * Records when each key and tag was last invalidated, in a fixed 32 KiB: all names share 4096 slots, so the table never
 * grows and needs no cleanup. Two names in one slot can cause a needless miss, but never a stale answer.
 *
 * Time here is a counter of this process. A read or a load that started at generation `g` is stale once one of its slots is
 * greater than `g`. The same comparison refuses the result of a stale load and discards a stale entry.
 */
export class Generations {
  readonly #last = new Float64Array(SLOTS);
  #everything = 0;
  #now = 0;

  get now(): number {
    return this.#now;
  }

  slotsOf(keys: readonly string[], tags: readonly string[]): readonly number[] {
    return [...keys.map((key) => slotOf(key, KEY_SEED)), ...tags.map((tag) => slotOf(tag, TAG_SEED))];
  }

  advance(slots: readonly number[]): void {
    this.#now += 1;
    for (const slot of slots) this.#last[slot] = this.#now;
  }

  advanceEverything(): void {
    this.#now += 1;
    this.#everything = this.#now;
  }

  unchangedSince(generation: number, slots: readonly number[]): boolean {
    if (generation === this.#now) return true;
    if (this.#everything > generation) return false;
    for (const slot of slots) {
      if ((this.#last[slot] as number) > generation) return false;
    }
    return true;
  }
}

/** FNV-1a. The slots exist only in this process, so this function may change and needs no golden vectors. */
function slotOf(name: string, seed: number): number {
  let hash = seed;
  for (let index = 0; index < name.length; index += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  }
  return (hash ^ (hash >>> 16)) & (SLOTS - 1);
}
