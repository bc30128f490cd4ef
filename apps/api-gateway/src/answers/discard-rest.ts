import { type IncomingMessage } from 'node:http';

const LONGEST_DISCARD_MS = 5_000;

/**
 * Reads what a client still sends after it was answered, for a while. Closing at once would reset the connection, and a
 * client busy sending would lose the answer; not reading would stall its next request.
 */
export function discardRest(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  const timer = setTimeout(() => request.destroy(), LONGEST_DISCARD_MS);
  timer.unref();
  request.once('close', () => clearTimeout(timer)).once('end', () => clearTimeout(timer));
  request.resume();
}
