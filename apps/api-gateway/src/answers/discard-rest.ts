import { type IncomingMessage } from 'node:http';

const LONGEST_DISCARD_MS = 5_000;

/**
 * Reads and discards what a client still sends after its response, for a limited time. If the gateway closed at once, the
 * connection would be reset and a client that is still sending would lose the response. If it did not read, the client's
 * next request would stall.
 */
export function discardRest(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  const timer = setTimeout(() => request.destroy(), LONGEST_DISCARD_MS);
  timer.unref();
  request.once('close', () => clearTimeout(timer)).once('end', () => clearTimeout(timer));
  request.resume();
}
