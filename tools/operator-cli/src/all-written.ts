import { type Writable } from 'node:stream';

/**
 * Resolves once everything that was written has left this process. A pipe accepts only part of a long text at once (64 KiB
 * on Linux), and `process.exit` loses the rest. A reader that closes the pipe early, such as `| head`, is not an error.
 */
export function allWritten(stream: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error: NodeJS.ErrnoException | null | undefined) =>
      error === null || error === undefined || error.code === 'EPIPE' ? resolve() : reject(error);
    stream.on('error', settle);
    stream.write('', settle);
  });
}
