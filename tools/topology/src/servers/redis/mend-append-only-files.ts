import { closeSync, fstatSync, ftruncateSync, globSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

const BLOCK_BYTES = 4_096;

/**
 * Removes the zeros that a power loss may leave at the end of an append-only file, when the file system recorded the new
 * length before the data. No command ends with a zero. Redis itself drops a truncated command, but refuses a file with
 * zeros.
 */
export function mendAppendOnlyFiles(folder: string): void {
  for (const file of globSync(['appendonly.aof', 'appendonlydir/*.incr.aof'], { cwd: folder })) {
    cutTrailingZeros(join(folder, file));
  }
}

function cutTrailingZeros(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    const { size } = fstatSync(handle);
    const length = lengthWithoutZeros(handle, size);
    if (length < size) ftruncateSync(handle, length);
  } finally {
    closeSync(handle);
  }
}

function lengthWithoutZeros(handle: number, size: number): number {
  const block = Buffer.alloc(BLOCK_BYTES);
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - BLOCK_BYTES);
    readSync(handle, block, 0, end - start, start);
    const last = block.subarray(0, end - start).findLastIndex((byte) => byte !== 0);
    if (last >= 0) return start + last + 1;
    end = start;
  }
  return 0;
}
