import { existsSync, readFileSync } from 'node:fs';

/** What programs can still get, caches counted as free, on Linux; undefined elsewhere. */
export function availableMemory(): number | undefined {
  if (!existsSync('/proc/meminfo')) return undefined;
  const kilobytes = /^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024;
}
