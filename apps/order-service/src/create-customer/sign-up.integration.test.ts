import { slotOf, VSchemaRouter } from '@groundwork/sharding';
import { SLOT_LOCK_CLASS } from '@groundwork/sharding/postgres';
import { eventually } from '@groundwork/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { createDirectory } from '../../test/create-directory.ts';
import { OrderServiceClient } from '../../test/order-service-client.ts';
import { spawnOrderService } from '../../test/spawn-order-service.ts';
import {
  createShardDatabase,
  type RunningOrderService,
  shardsOf,
  startOrderService,
} from '../../test/start-order-service.ts';
import { vschemaFile } from '../routing/vschema-file.ts';

/** A tenant on shard-2 whose e-mail claims and region lookup are on shard-1. */
const TENANT = 'acme';
const TENANT_SLOT = 3000;
const EMAIL_SLOT = 1217;
const email = 'ada@example.com';
const EU_SLOTS: readonly number[] = Array.from({ length: 16 }, (_, n) => 512 + n);

describe('signing up', () => {
  let databases: Awaited<ReturnType<typeof createShardDatabase>>[];
  let shards: ReturnType<typeof shardsOf>;
  let directory: Awaited<ReturnType<typeof createDirectory>>;
  let services: RunningOrderService[];
  let clients: OrderServiceClient[];
  let sql: { one: Client; two: Client; directory: Client };

  beforeAll(async () => {
    databases = await Promise.all([createShardDatabase(), createShardDatabase()]);
    shards = shardsOf(databases.map(({ url }) => url));
    directory = await createDirectory(shards);
    const options = { shardUrls: databases.map(({ url }) => url), directoryUrl: directory.url };
    services = await Promise.all([startOrderService(options), startOrderService(options)]);
    clients = services.map(({ url }) => new OrderServiceClient(url));
    const [one, two, three] = await Promise.all(
      [...databases, directory].map(async ({ url }) => {
        const client = new Client({ connectionString: url });
        await client.connect();
        return client;
      }),
    );
    sql = { one: one!, two: two!, directory: three! };
    await sql.directory.query('insert into tenants (tenant, slot) values ($1, $2)', [TENANT, TENANT_SLOT]);
  });

  afterEach(async () => {
    for (const shard of [sql.one, sql.two]) {
      await shard.query('truncate customers, customer_emails, customers_by_region cascade');
    }
  });

  afterAll(async () => {
    for (const service of services) await service.stop();
    for (const client of Object.values(sql)) await client.end();
    for (const database of [...databases, directory]) await database.drop();
  });

  const rowsOf = async (table: string) =>
    (await Promise.all([sql.one, sql.two].map((shard) => shard.query(`select * from ${table}`)))).flatMap(
      ({ rows }) => rows as Record<string, unknown>[],
    );

  /** Blocks sign-ups after the claim of their e-mail. Resolves with the function that releases them. */
  async function holdAfterTheClaim(): Promise<() => Promise<void>> {
    await sql.one.query('begin; lock table customers_by_region in share mode');
    return async () => void (await sql.one.query('commit'));
  }

  async function waitForClaims(count: number): Promise<void> {
    const observer = new Client({ connectionString: databases[0]!.url });
    await observer.connect();
    try {
      await eventually(async () => {
        const { rows } = await observer.query('select customer_id from customer_emails');
        return rows.length === count;
      });
    } finally {
      await observer.end();
    }
  }

  async function waitForProbes(count: number): Promise<void> {
    await eventually(async () => {
      const { rows } = await sql.two.query<{ count: number }>(
        `select count(*)::int from pg_stat_activity
          where datname = current_database() and wait_event = 'transactionid' and query like 'insert into customers%'`,
      );
      return rows[0]!.count === count;
    });
  }

  it.each([
    ['on the shard of the e-mail claim', {}, EMAIL_SLOT],
    ['on another shard', { tenant: TENANT }, TENANT_SLOT],
  ])(
    'a thousand times concurrently with one e-mail creates one customer, %s',
    async (_where, place, slot) => {
      const spellings = [email, 'ADA@EXAMPLE.COM', 'Ada@Example.com'];
      const answers = await Promise.all(
        Array.from({ length: 1_000 }, (_, n) =>
          // A client that gets a 503 retries.
          eventually(
            async () => {
              const person = { email: spellings[n % 3], name: `Ada ${n}`, ...place };
              const answer = await clients[n % 2]!.createCustomer(person);
              return answer.status !== 503 && answer;
            },
            { every: 500 },
          ),
        ),
      );
      const kinds = Map.groupBy(answers, ({ status, body }) => (status === 201 ? 'created' : body.code));
      const counts = [...kinds].map(([kind, { length }]) => [kind, length]);
      expect(Object.fromEntries(counts)).toEqual({ created: 1, 'email-taken': 999 });
      const created = kinds.get('created')!;
      const { id, region } = created[0]!.body;
      expect(slotOf(id)).toBe(slot);
      expect((await rowsOf('customers')).map((row) => row['id'])).toEqual([id]);
      expect(await rowsOf('customer_emails')).toEqual([
        { slot: EMAIL_SLOT, email_key: 'ADA@EXAMPLE.COM', email: created[0]!.body.email, customer_id: id },
      ]);
      expect((await rowsOf('customers_by_region')).map((row) => [row['region'], row['customer_id']])).toEqual(
        [[region, id]],
      );
    },
  );

  it('waits for an incomplete sign-up that holds the e-mail, and fails when that sign-up succeeds', async () => {
    const release = await holdAfterTheClaim();
    const first = clients[0]!.createCustomer({ email, tenant: TENANT });
    await waitForClaims(1);
    const second = clients[1]!.createCustomer({ email, tenant: TENANT });
    await waitForProbes(1);
    await release();
    expect([(await first).status, (await second).status]).toEqual([201, 409]);
    expect(await rowsOf('customers')).toHaveLength(1);
  });

  it('takes the e-mail over when the sign-up that claimed it fails', async () => {
    const release = await holdAfterTheClaim();
    const first = clients[0]!.createCustomer({ email, tenant: TENANT });
    await waitForClaims(1);
    const { rows } = await sql.two.query<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database() and state = 'idle in transaction'`,
    );
    const seconds = [0, 1, 1].map((n) => clients[n]!.createCustomer({ email, tenant: TENANT }));
    await waitForProbes(3);
    for (const { pid } of rows) await sql.two.query('select pg_terminate_backend($1)', [pid]);
    await release();
    expect((await first).status).toBe(503);
    const answers = await Promise.all(seconds);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const { id } = answers.find(({ status }) => status === 201)!.body;
    expect((await rowsOf('customers')).map((row) => row['id'])).toEqual([id]);
    expect((await rowsOf('customer_emails')).map((row) => row['customer_id'])).toEqual([id]);
  });

  it('does not block the e-mail when its process is killed between the claim and the commit of the customer', async () => {
    const killed = await spawnOrderService(directory.url, shards);
    try {
      const release = await holdAfterTheClaim();
      const lost = new OrderServiceClient(killed.url)
        .createCustomer({ email, tenant: TENANT })
        .catch(() => 'lost');
      await waitForClaims(1);
      await killed.end('SIGKILL');
      await release();
      expect(await lost).toBe('lost');
    } finally {
      await killed.end('SIGKILL');
    }
    const [claim] = await rowsOf('customer_emails');
    expect(await rowsOf('customers')).toEqual([]);
    expect((await clients[0]!.get(`/v1/customers?email=${email}`)).body).toEqual({
      items: [],
      nextCursor: null,
    });
    expect((await clients[0]!.get('/v1/customers?region=eu')).body).toEqual({ items: [], nextCursor: null });

    const { status, body } = await clients[0]!.createCustomer({ email });
    expect(status).toBe(201);
    expect(body.id).not.toBe(claim!['customer_id']);
    expect((await clients[1]!.get<{ items: unknown }>(`/v1/customers?email=${email}`)).body.items).toEqual([
      body,
    ]);
    expect((await clients[1]!.get<{ items: unknown }>('/v1/customers?region=eu')).body.items).toEqual([body]);
    expect((await clients[1]!.createCustomer({ email })).status).toBe(409);
  });

  it('waits for a locked slot without blocking other sign-ups, and leaves no orphaned rows', async () => {
    const router = new VSchemaRouter(vschemaFile.parse(undefined));
    const isElsewhere = (email: string) => !EU_SLOTS.includes(router.slotOf('customer_emails', { email }));
    const emails = Array.from({ length: 60 }, (_, n) => `${n}@example.com`).filter(isElsewhere);
    const signUp = (email: string, region: string) =>
      clients[0]!.createCustomer({ email, region, tenant: TENANT });
    await sql.one.query('begin');
    for (const slot of EU_SLOTS) {
      await sql.one.query('select pg_advisory_xact_lock($1, $2)', [SLOT_LOCK_CLASS, slot]);
    }
    const waiting = emails.slice(0, 20).map((email) => signUp(email, 'eu'));
    const others = await Promise.all(emails.slice(20).map((email) => signUp(email, 'ap')));
    expect(new Set(others.map(({ status }) => status))).toEqual(new Set([201]));
    await sql.one.query('rollback');
    const answers = await Promise.all(waiting);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(await rowsOf('customers')).toHaveLength(emails.length);
    expect(await rowsOf('customer_emails')).toHaveLength(emails.length);
    expect(await rowsOf('customers_by_region')).toHaveLength(emails.length);
  });

  it('waits for the locked slot of a tenant without leaving orphaned lookup rows', async () => {
    await sql.two.query('begin');
    await sql.two.query('select pg_advisory_xact_lock($1, $2)', [SLOT_LOCK_CLASS, TENANT_SLOT]);
    const waiting = clients[0]!.createCustomer({ email, tenant: TENANT });
    for (let n = 0; n < 20; n++)
      expect((await clients[0]!.createCustomer({ region: 'ap' })).status).toBe(201);
    await sql.two.query('rollback');
    expect((await waiting).status).toBe(201);
    expect(await rowsOf('customers_by_region')).toHaveLength(21);
  });

  it('is retried on the new owner when the slot of the customer moves half-way', async () => {
    const release = await holdAfterTheClaim();
    const signUp = clients[0]!.createCustomer({ email, tenant: TENANT });
    await waitForClaims(1);
    await sql.two.query('delete from slot_ownership where slot = $1', [TENANT_SLOT]);
    await release();
    await sql.one.query('insert into slot_ownership values ($1, 2)', [TENANT_SLOT]);
    await sql.directory.query('begin');
    await sql.directory.query(`update slots set shard = 'shard-1', epoch = 2 where slot = $1`, [TENANT_SLOT]);
    await sql.directory.query('update slot_map set epoch = 2');
    await sql.directory.query('commit');
    const { status, body } = await signUp;
    expect(status).toBe(201);
    expect((await sql.one.query('select id from customers')).rows).toEqual([{ id: body.id }]);
    expect((await sql.two.query('select id from customers')).rows).toEqual([]);
    expect((await rowsOf('customer_emails')).map((row) => row['customer_id'])).toEqual([body.id]);
    expect((await clients[1]!.customer(body.id)).body).toEqual(body);
  });
});
