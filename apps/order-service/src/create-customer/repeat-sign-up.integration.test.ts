import { randomUUID } from 'node:crypto';
import { type Customer } from '@groundwork/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import {
  createShardDatabase,
  type RunningOrderService,
  startOrderService,
} from '../../test/start-order-service.ts';

describe('a repeated sign-up', () => {
  let database: Awaited<ReturnType<typeof createShardDatabase>>;
  let service: RunningOrderService;
  let client: OrderServiceClient;
  let sql: Client;

  beforeAll(async () => {
    database = await createShardDatabase();
    service = await startOrderService({ shardUrls: [database.url] });
    client = new OrderServiceClient(service.url);
    sql = new Client({ connectionString: database.url });
    await sql.connect();
  });

  afterAll(async () => {
    await sql.end();
    await service.stop();
    await database.drop();
  });

  const person = (change: object = {}) => ({
    email: `${randomUUID()}@example.com`,
    name: 'Ada',
    region: 'eu',
    ...change,
  });
  const signUp = (body: object, key?: string) =>
    client.post<Customer & { code?: string; detail?: string }>(
      '/v1/customers',
      body,
      key === undefined ? {} : { 'idempotency-key': key },
    );
  const customersWith = async (email: string) =>
    (await sql.query('select from customers where email = $1', [email])).rowCount;

  it('with the same key and body returns the customer of the first sign-up, marked as a replay', async () => {
    const body = person();
    const first = await signUp(body, 'the-first');
    const again = await signUp({ region: body.region, name: ' Ada ', email: body.email }, 'the-first');
    expect([first.status, first.headers.get('idempotency-replayed')]).toEqual([201, null]);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('location')).toBe(`/v1/customers/${first.body.id}`);
  });

  it('creates one customer for twenty concurrent requests', async () => {
    const body = person();
    const answers = await Promise.all(Array.from({ length: 20 }, () => signUp(body, 'at-once')));
    expect([...new Set(answers.map(({ status }) => status))]).toEqual([201]);
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
    expect(await customersWith(body.email)).toBe(1);
  });

  it('is rejected with another body under the same key', async () => {
    const body = person();
    await signUp(body, 'one-key');
    const other = await signUp({ ...body, name: 'Grace' }, 'one-key');
    expect([other.status, other.body.code]).toEqual([422, 'idempotency-key-reused']);
  });

  it.each([
    ['another key', 'mine', 'yours'],
    ['no key', 'mine', undefined],
    ['a key after a first sign-up without one', undefined, 'yours'],
  ])('is rejected with `email-taken` with %s', async (_what, first, second) => {
    const body = person();
    expect((await signUp(body, first)).status).toBe(201);
    const { status, body: problem } = await signUp(body, second);
    expect([status, problem.code]).toEqual([409, 'email-taken']);
  });

  it('does not collide with the sign-up of another client that chose the same key', async () => {
    const [ada, grace] = [await signUp(person(), 'same'), await signUp(person(), 'same')];
    expect([ada.status, grace.status]).toEqual([201, 201]);
    expect(ada.body.id).not.toBe(grace.body.id);
  });

  it('is rejected with an invalid key', async () => {
    const { status, body } = await signUp(person(), 'with a space');
    expect([status, body.code]).toEqual([400, 'idempotency-key-invalid']);
  });
});
