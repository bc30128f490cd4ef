/**
 * What the JSON text says, deeply frozen. Frozen data is handed out without copying, and a caller that tries to change
 * it gets a TypeError instead of changing what the next caller reads (README, "Values", has the measurement).
 */
export function freezeJson(json: string): unknown {
  return deepFreeze(JSON.parse(json));
}

function deepFreeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const child of Object.values(value)) deepFreeze(child);
  return Object.freeze(value);
}
