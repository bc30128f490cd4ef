import { type IncomingMessage, type ServerResponse } from 'node:http';

const PROBE_EVERY_MS = 1_000;

/**
 * Detects whether a client that has sent FIN still reads. It may wait for the response (RFC 9112 §9.6), or it may have
 * closed the whole connection. Only sent bytes show the difference, because a closed connection rejects them. Before the
 * response, interim responses serve as probes (RFC 9110 §15.2; HTTP/1.0 has none). After its start, the bytes of the
 * response do: when none is sent between two probes, the connection is closed.
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
