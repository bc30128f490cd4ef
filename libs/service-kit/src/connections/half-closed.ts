import { type IncomingMessage, type ServerResponse } from 'node:http';

const PROBE_EVERY_MS = 1_000;

/**
 * A client that has sent all it will (FIN) may still read the answer (RFC 9112 §9.6), or may have closed the whole connection: only
 * bytes sent to it tell, because a closed connection refuses what comes next. Before the answer, interim ones are sent for that
 * (RFC 9110 §15.2; HTTP/1.0 has none). Once the answer has begun, its own bytes do it, and where none go out between two looks, the
 * client counts as gone.
 */
export function watchHalfClosed({ socket, httpVersion }: IncomingMessage, response: ServerResponse): void {
  let written = -1;
  const probe = () => {
    if (response.headersSent && socket.bytesWritten === written) socket.destroy();
    else if (!response.headersSent && httpVersion === '1.1') response.writeContinue();
    written = socket.bytesWritten;
  };
  probe();
  const timer = setInterval(probe, PROBE_EVERY_MS);
  timer.unref();
  response.once('close', () => clearInterval(timer));
}
