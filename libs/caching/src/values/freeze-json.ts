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
  // Twice as fast as `Object.values`, and plain data inherits nothing that a loop would find.
  if (Array.isArray(value)) for (const child of value as unknown[]) freezeChild(child);
  else for (const name in value) freezeChild((value as Record<string, unknown>)[name]);
  return Object.freeze(value);
}

function freezeChild(child: unknown): void {
  if (typeof child === 'object') deepFreeze(child);
}
