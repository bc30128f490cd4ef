import {
  createPreparedDatabase,
  type PartitionableProxy,
  startPartitionableProxy,
} from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { withoutLostAnswer } from './lost-answers.ts';

describe('a statement whose answer may be lost', () => {
  let database: Awaited<ReturnType<typeof createPreparedDatabase>>;
  let network: PartitionableProxy;
  let client: Client;
  beforeEach(async () => {
    database = await createPreparedDatabase('lost_answers', async () => undefined);
    network = await startPartitionableProxy(database.url);
    client = new Client({ connectionString: network.url });
    client.on('error', () => undefined);
    await client.connect();
  });
  afterEach(async () => {
    network.heal();
    await client.end().catch(() => undefined);
    await network.stop();
    await database.drop();
  });

  const ask = (text: string) =>
    withoutLostAnswer(client, client.query(text), { url: network.url, suspectMs: 100, probeMs: 500 });

  it('is answered although it is slow', async () => {
    const { rows } = await ask('select 7 as seven from pg_sleep(2)');
    expect(rows).toEqual([{ seven: 7 }]);
    expect((await ask('select 8 as eight')).rows).toEqual([{ eight: 8 }]);
  });

  it('fails when the server cannot be reached any more', async () => {
    const asked = ask('select pg_sleep(1)');
    network.partition();
    await expect(asked).rejects.toThrow('the connection lost the answer of the server');
  });

  it('fails when only its own connection is silent', async () => {
    const asked = ask('select pg_sleep(1)');
    network.loseAnswers();
    await expect(asked).rejects.toThrow('the connection lost the answer of the server');
  });

  it('fails with the error of the server', async () => {
    await expect(ask('select 1 / 0')).rejects.toThrow('division by zero');
  });
});
