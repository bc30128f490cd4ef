export interface TopBitsIndex {
  /** For each value of the top bits the first point whose hash has them or more. */
  readonly starts: Uint32Array;
  /** What is left of a hash once it is shifted to the right by this are its top bits. */
  readonly shift: number;
}

/** At least one entry for each point: hashes are spread evenly, so a search from the entry on takes about one step. */
export function indexTopBits(hashes: Uint32Array): TopBitsIndex {
  // Not below one bit: a shift by 32 is none in JavaScript.
  const bits = Math.max(1, Math.ceil(Math.log2(Math.max(1, hashes.length))));
  const shift = 32 - bits;
  const starts = new Uint32Array(2 ** bits);
  let point = 0;
  for (let top = 0; top < starts.length; top++) {
    while (point < hashes.length && (hashes[point] as number) >>> shift < top) point++;
    starts[top] = point;
  }
  return { starts, shift };
}
