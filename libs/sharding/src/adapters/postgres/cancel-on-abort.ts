import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Client } from 'pg';

/** What a cancel request names; pg knows it, its types do not. */
type Backend = Pick<Client, 'host' | 'port'> & { readonly processID: number; readonly secretKey: number };

/** A request that comes before its statement has begun finds nothing to cancel, so it is repeated until the work has ended. */
const REPEAT_MS = 50;
const REQUEST_TIMEOUT_MS = 1_000;

/**
 * Cancels on the server whatever runs on the connection once the signal is aborted, and whatever is begun on it after that.
 * By Postgres's cancel protocol: a request of 16 bytes on a connection of its own, which needs no login and is not counted
 * against `max_connections`, so it gets through when all connections are busy, which is when it is needed.
 *
 * @returns to be called when the work has ended, and waited for before the connection is lent to anybody else: a request
 * under way would cancel their statement. Tells whether the connection may be lent on at all: the server closes a request's
 * connection when it has signalled the backend, and a backend that is signalled while it waits for a command ignores it, so
 * after that nothing can be hit any more. A request whose connection it has not closed may still be dealt with.
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

/** @returns whether no request is left that the server may still deal with */
async function cancelUntil(ended: AbortSignal, backend: Backend): Promise<boolean> {
  let areDealtWith = true;
  while (!ended.aborted) {
    areDealtWith = (await requestCancel(backend)) && areDealtWith;
    await delay(REPEAT_MS, undefined, { signal: ended }).catch(() => undefined);
  }
  return areDealtWith;
}

/** @returns whether the server has closed the connection, or was never reached: then its own time limits are what is left */
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
    // Nothing is ever answered; without reading, the end is not noticed.
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
