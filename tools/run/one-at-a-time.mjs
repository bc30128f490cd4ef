import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const ASK_AGAIN_MS = 200;

/**
 * Runs `work` under a lock file, and waits while another process holds the lock. A lock file whose process has died is
 * removed.
 *
 * @param onWait called once, with the id of the process that holds the lock
 */
export function oneAtATime(lockFile, onWait, work) {
  mkdirSync(dirname(lockFile), { recursive: true });
  for (let hasWaited = false; !take(lockFile);) {
    const holder = holderOf(lockFile);
    // The file is renamed to a name of this process first: of two processes that find the same dead holder, only one
    // succeeds.
    if (holder !== undefined && !isAlive(holder)) removeStale(lockFile);
    if (!hasWaited && holder !== undefined && isAlive(holder)) {
      hasWaited = true;
      onWait(holder);
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ASK_AGAIN_MS);
  }
  try {
    return work();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

function take(lockFile) {
  try {
    const file = openSync(lockFile, 'wx');
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Returns undefined when the holder has not written its id yet, or has just released the lock. */
function holderOf(lockFile) {
  try {
    return Number(readFileSync(lockFile, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function removeStale(lockFile) {
  const moved = `${lockFile}.${process.pid}`;
  try {
    renameSync(lockFile, moved);
    rmSync(moved);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}
