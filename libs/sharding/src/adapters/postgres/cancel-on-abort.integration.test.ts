import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createTestDatabase, eventually } from '@groundwork/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { cancelOnAbort } from './cancel-on-abort.ts';

describe('cancelling on abort', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let client: Client;
  let onlooker: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.url, application_name: 'worker' });
    onlooker = new Client({ connectionString: database.url });
    await Promise.all([client.connect(), onlooker.connect()]);
  });

  afterAll(async () => {
    await Promise.all([client.end(), onlooker.end()]);
    await database.drop();
  });

  const isRunning = async () =>
    (
      await onlooker.query(
        `select from pg_stat_activity where application_name = 'worker' and state = 'active'`,
      )
    ).rowCount === 1;

  const cancelled = { code: '57014' };

  it('cancels the statement on the server and leaves the connection usable', async () => {
    const caller = new AbortController();
    const stop = cancelOnAbort(client, caller.signal);
    const sleeping = client.query('select pg_sleep(60)');
    await eventually(isRunning);
    caller.abort();
    await expect(sleeping).rejects.toMatchObject(cancelled);
    expect(await stop()).toBe(true);
    // The server sends the error before it is idle. After a successful query it is certainly idle.
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    expect(await isRunning()).toBe(false);
  });

  it('cancels a statement that starts after the abort', async () => {
    const stop = cancelOnAbort(client, aborting());
    await expect(client.query('select pg_sleep(60)')).rejects.toMatchObject(cancelled);
    await stop();
  });

  it('never cancels the next statement on the connection', async () => {
    for (let round = 0; round < 200; round++) {
      const caller = new AbortController();
      const stop = cancelOnAbort(client, caller.signal);
      const statement = client.query('select 1');
      caller.abort();
      await statement.catch(() => undefined);
      await stop();
      // Long enough for a request in flight to arrive.
      await client.query('select pg_sleep(0.002)');
    }
  });

  it('stops without an error when the server cannot be reached', async () => {
    const unreachable = { host: '127.0.0.1', port: 1, processID: 1, secretKey: 1 };
    const stop = cancelOnAbort(unreachable as unknown as Client, aborting());
    expect(await stop()).toBe(true);
  });

  it('returns false while a request may still take effect, so that the connection is not reused', async () => {
    const silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const backend = { host: '127.0.0.1', port, processID: 1, secretKey: 1 };
    const caller = new AbortController();
    const stop = cancelOnAbort(backend as unknown as Client, caller.signal);
    caller.abort();
    await once(silent, 'connection');
    expect(await stop()).toBe(false);
    silent.close();
  });

  /** A signal that is aborted immediately, but after the caller has added its listener. */
  function aborting(): AbortSignal {
    const caller = new AbortController();
    queueMicrotask(() => caller.abort());
    return caller.signal;
  }
});
