import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Backoff } from '@groundwork/dlq';
import { inTransaction } from '@groundwork/messaging';
import { ratePolicy, TokenBucket } from '@groundwork/rate-limiting';
import { eventually } from '@groundwork/testing';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type DataSource } from 'typeorm';
import { openEventsDatabase } from '../../../test/events-database.ts';
import { aLetter } from '../../../test/letters.ts';
import { waitingForALock } from '../../../test/waiting-for-a-lock.ts';
import { discardDeadLetter } from '../discard-dead-letters/discard-dead-letter.ts';
import { DeadLetterStore } from '../store-dead-letters/dead-letter-store.ts';
import { deadLetterStats } from '../read-dead-letters/dead-letter-stats.ts';
import { deliverAlert } from './deliver-alert.ts';

interface Heard {
  readonly key: string | undefined;
  readonly alert: string;
  readonly eventType: string;
}

const backoff = new Backoff({ firstMs: 1, factor: 2, maxMs: 20, jitter: 0 });

describe('an alert', () => {
  let database: Awaited<ReturnType<typeof openEventsDatabase>>;
  let store: DeadLetterStore;
  let webhook: Server;
  let webhookUrl: string;
  let isUp: boolean;
  let refused: number;
  /** Sent with every refusal. */
  let retryAfter: string | undefined;
  let heard: Heard[];
  /** The status with which the webhook answers alerts about each type of event. */
  const refusals = new Map<string, number>();

  beforeAll(async () => {
    database = await openEventsDatabase();
    store = new DeadLetterStore(database.dataSource);
  });

  beforeEach(async () => {
    await database.dataSource.query('truncate alerts, incidents, dead_letters cascade');
    [isUp, refused, heard] = [true, 0, []];
    refusals.clear();
    retryAfter = undefined;
    webhook = createServer((request, response) => {
      if (!isUp) {
        refused += 1;
        return void response.writeHead(503).end();
      }
      request.setEncoding('utf8').on('data', (text: string) => {
        const refusal = refusals.get((JSON.parse(text) as Heard).eventType);
        if (refusal !== undefined) {
          const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
          return void response.writeHead(refusal, headers).end();
        }
        const key = request.headers['idempotency-key'] as string | undefined;
        heard.push({ key, ...(JSON.parse(text) as Omit<Heard, 'key'>) });
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve) => webhook.listen(0, '127.0.0.1', resolve));
    webhookUrl = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    webhook.closeAllConnections();
    webhook.close();
  });

  afterAll(() => database.drop());

  const put = async (eventType: string) => {
    const letter = aLetter({ eventType });
    await store.put(letter);
    return letter;
  };
  const discard = (id: string) =>
    inTransaction(database.dataSource, (session) => discardDeadLetter(session, id, { reason: 'a test' }));
  const deliver = () => deliverAlert(database.dataSource, { webhookUrl, backoff });
  const waiting = async () => (await database.dataSource.query<unknown[]>('select 1 from alerts')).length;
  const allDelivered = () =>
    eventually(async () => {
      await deliver();
      return (await waiting()) === 0;
    });
  const told = () => heard.map(({ alert, eventType }) => `${alert} ${eventType}`);

  it('is raised once for all concurrent dead letters of a type, and resolved with the last of them', async () => {
    const letters = await Promise.all(Array.from({ length: 10 }, () => put('A')));
    await put('B');
    await Promise.all(letters.slice(1).map(({ id }) => discard(id)));
    await allDelivered();
    expect(told()).toEqual(['opened A', 'opened B']);

    await discard(letters[0]!.id);
    await put('A');
    await allDelivered();
    expect(told()).toEqual(['opened A', 'opened B', 'resolved A', 'opened A']);
  });

  it('is not resolved with the last dead letter while another one is being stored', async () => {
    const last = await put('A');
    const { discarding } = await database.dataSource.transaction(async (session) => {
      const storing = { transaction: (work: (own: typeof session) => Promise<void>) => work(session) };
      await new DeadLetterStore(storing as DataSource).put(aLetter({ eventType: 'A' }));
      const discarded = discard(last.id);
      await waitingForALock(database.dataSource, 1);
      return { discarding: discarded };
    });
    await discarding;
    await allDelivered();
    expect(told()).toEqual(['opened A']);
  });

  it('is raised only by a dead letter that is newly stored', async () => {
    const letter = await put('A');
    await discard(letter.id);
    await store.put(letter);
    await expect(store.put(aLetter({ eventType: 'B', partition: Number.NaN }))).rejects.toThrow();
    await allDelivered();
    expect(told()).toEqual(['opened A', 'resolved A']);
  });

  it('is delivered once and in order after the webhook was down', async () => {
    isUp = false;
    for (const type of ['A', 'B', 'C']) await put(type);
    await eventually(async () => {
      await deliver();
      return refused >= 3;
    });
    expect(await waiting()).toBe(3);
    isUp = true;
    // Every instance delivers alerts, so several do so at the same time.
    await Promise.all([allDelivered(), allDelivered(), allDelivered()]);
    expect(told()).toEqual(['opened A', 'opened B', 'opened C']);
    expect(new Set(heard.map(({ key }) => key)).size).toBe(3);
  });

  it('is delivered again under the same key after its lease when the process that delivered it crashed', async () => {
    await put('A');
    // The webhook receives the alert, but the process crashes before it deletes the row.
    await database.dataSource.query('create rule never as on delete to alerts do instead nothing');
    await deliver();
    await database.dataSource.query('drop rule never on alerts');
    await deliver();
    expect(heard).toHaveLength(1);
    await database.dataSource.query('update alerts set next_attempt_at = now()');
    await allDelivered();
    expect(heard.map(({ key }) => key)).toEqual([heard[0]!.key, heard[0]!.key]);
  });

  it('that the webhook refuses is stored as failed with its reason after three attempts, and delays no other type', async () => {
    refusals.set('A', 400);
    const [first] = [await put('A'), await put('B'), await put('C')];
    await discard(first.id);
    await deliver();
    await deliver();
    await deliver();
    expect(told()).toEqual(['opened B', 'opened C']);
    const failed = async () => (await deadLetterStats(database.dataSource)).failedAlerts;
    await eventually(async () => {
      await deliver();
      return (await failed()).length === 2;
    });
    expect(await failed()).toMatchObject([
      { alert: 'resolved', eventType: 'A', reason: 'The webhook answered 400' },
      { alert: 'opened', eventType: 'A', reason: 'The webhook answered 400' },
    ]);
    expect(await database.dataSource.query('select attempts from alerts')).toEqual([
      { attempts: 3 },
      { attempts: 3 },
    ]);
  });

  it.each([408, 425, 429, 500])('that gets a %d is retried and never stored as failed', async (status) => {
    refusals.set('A', status);
    await put('A');
    await eventually(async () => {
      await deliver();
      const [alert] = await database.dataSource.query<{ attempts: number }[]>('select attempts from alerts');
      return alert!.attempts > 5;
    });
    refusals.clear();
    await allDelivered();
    expect(told()).toEqual(['opened A']);
  });

  it('is not sent before the time at which the webhook wants to be asked again, nor above the limit of requests', async () => {
    const limit = new TokenBucket(ratePolicy({ name: 'alerts', capacity: 2, ratePerSecond: 0.001 }));
    const deliverLimited = () => deliverAlert(database.dataSource, { webhookUrl, backoff, limit });
    for (const type of ['A', 'B']) await put(type);
    refusals.set('A', 429);
    retryAfter = '3600';
    expect(await deliverLimited()).toBe(0);
    refusals.clear();
    await database.dataSource.query('update alerts set next_attempt_at = now()');
    const waitMs = await deliverLimited();
    expect(waitMs).toBeGreaterThan(3_590_000);
    expect(waitMs).toBeLessThanOrEqual(3_600_000);
    expect(told()).toEqual([]);

    const another = new TokenBucket(ratePolicy({ name: 'alerts', capacity: 1, ratePerSecond: 1 }));
    const deliverOne = () => deliverAlert(database.dataSource, { webhookUrl, backoff, limit: another });
    expect([await deliverOne(), (await deliverOne()) > 0, told()]).toEqual([0, true, ['opened A']]);
  });
});
