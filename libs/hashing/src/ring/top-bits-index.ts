export interface TopBitsIndex {
  /** For each value of the top bits, the first point whose hash has top bits of at least this value. */
  readonly starts: Uint32Array;
  /** A hash shifted right by this number of bits gives its top bits. */
  readonly shift: number;
}

/** Builds an index with at least one entry per point. Hashes are spread evenly, so a search takes about one step. */
export function indexTopBits(hashes: Uint32Array): TopBitsIndex {
  // At least one bit, because a shift by 32 has no effect in JavaScript.
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
