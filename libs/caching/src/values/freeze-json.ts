/**
 * Parses the JSON text and freezes the result deeply. Frozen data is returned without copying, and a caller that tries to
 * change it gets a TypeError. See "Values" in the README for the measurement.
 */
export function freezeJson(json: string): unknown {
  return deepFreeze(JSON.parse(json));
}

/** Freezes plain data, and returns it. */
export function deepFreeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const child of Object.values(value)) deepFreeze(child);
  return Object.freeze(value);
}
