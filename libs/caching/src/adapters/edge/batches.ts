export interface BatchLimits {
  /** Names in one request. */
  readonly most: number;
  /** Bytes of a header field that joins the names with spaces. Default: no limit. */
  readonly bytes?: number;
}

/** Splits names into batches within both limits. A name that is longer than the limit is a batch of its own. */
export function batchesOf(names: readonly string[], { most, bytes = Infinity }: BatchLimits): string[][] {
  const batches: string[][] = [];
  let size = 0;
  for (const name of names) {
    const last = batches.at(-1);
    size += name.length + 1;
    if (last !== undefined && last.length < most && size <= bytes) last.push(name);
    else {
      batches.push([name]);
      size = name.length;
    }
  }
  return batches;
}
