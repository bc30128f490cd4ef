import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Client } from 'pg';

/** The identification in a cancel request. pg has these properties, but not its types. */
type Backend = Pick<Client, 'host' | 'port'> & { readonly processID: number; readonly secretKey: number };

/** A request that arrives before its statement starts has no effect, so it is repeated until the work has ended. */
const REPEAT_MS = 50;
const REQUEST_TIMEOUT_MS = 1_000;

/**
 * Cancels on the server the statement that runs on the connection when the signal is aborted, and every later one. Uses the
 * cancel protocol of Postgres: a request of 16 bytes on a separate connection, which needs no login and does not count
 * against `max_connections`. It therefore works when all connections are in use, which is when it is needed.
 *
 * @returns a function to call when the work has ended. Wait for it before the connection is reused: a request in flight
 * would cancel the statement of the next user. It resolves to whether the connection may be reused at all. The server closes
 * the connection of a request after it has signalled the backend, and a backend that is waiting for a command ignores the
 * signal, so after that a request has no effect. A request whose connection the server has not closed may still take effect.
 */
export function cancelOnAbort(client: Client, signal: AbortSignal): () => Promise<boolean> {
  const ended = new AbortController();
  let cancelling: Promise<boolean> | undefined;
  const begin = () => {
    cancelling = cancelUntil(ended.signal, client as unknown as Backend);
  };
  signal.addEventListener('abort', begin, { once: true });
  return async () => {
    signal.removeEventListener('abort', begin);
    ended.abort();
    return (await cancelling) ?? true;
  };
}

/** @returns whether no request can take effect any more */
async function cancelUntil(ended: AbortSignal, backend: Backend): Promise<boolean> {
  let areDealtWith = true;
  while (!ended.aborted) {
    areDealtWith = (await requestCancel(backend)) && areDealtWith;
    await delay(REPEAT_MS, undefined, { signal: ended }).catch(() => undefined);
  }
  return areDealtWith;
}

/** @returns whether the server has closed the connection or was never reached; if not, the request may still take effect */
function requestCancel({ host, port, processID, secretKey }: Backend): Promise<boolean> {
  return new Promise((resolve) => {
    const isSocketFile = host.startsWith('/');
    const socket = connect(isSocketFile ? { path: `${host}/.s.PGSQL.${port}` } : { host, port });
    let isDealtWith = true;
    socket.setTimeout(REQUEST_TIMEOUT_MS, () => socket.destroy());
    socket.on('error', () => undefined);
    socket.once('connect', () => {
      isDealtWith = false;
      socket.write(cancelRequest(processID, secretKey));
    });
    socket.once('end', () => (isDealtWith = true));
    socket.once('close', () => resolve(isDealtWith));
    // The server sends no answer, but without reading, the end is not detected.
    socket.resume();
  });
}

/** https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-CANCELREQUEST */
function cancelRequest(processId: number, secretKey: number): Buffer {
  const message = Buffer.alloc(16);
  message.writeInt32BE(16, 0);
  message.writeInt16BE(1234, 4);
  message.writeInt16BE(5678, 6);
  message.writeInt32BE(processId, 8);
  message.writeInt32BE(secretKey, 12);
  return message;
}
