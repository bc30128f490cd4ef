import { existsSync, readFileSync } from 'node:fs';

/** Returns the memory that programs can still allocate, including caches, on Linux; undefined on other systems. */
export function availableMemory(): number | undefined {
  if (!existsSync('/proc/meminfo')) return undefined;
  const kilobytes = /^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024;
}
