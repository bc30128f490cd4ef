import { type Writable } from 'node:stream';

/**
 * Resolves once all that was written has left this process: what a pipe cannot take at once, 64 KiB on Linux, is lost with
 * `process.exit`. A reader that has left, as `| head` does, has had enough.
 */
export function allWritten(stream: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error: NodeJS.ErrnoException | null | undefined) =>
      error === null || error === undefined || error.code === 'EPIPE' ? resolve() : reject(error);
    stream.on('error', settle);
    stream.write('', settle);
  });
}
