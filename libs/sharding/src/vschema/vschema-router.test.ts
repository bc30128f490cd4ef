import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { document } from '../../test/spoiled-vschema.ts';
import { slotOf } from '../ids/id-layout.ts';
import { looseKey } from '../vindexes/loose-key.ts';
import { UnroutableError } from './unroutable.error.ts';
import { type Key, VSchemaRouter } from './vschema-router.ts';
import { VSchema } from './vschema.ts';

const file = new URL('../../../../infra/postgres/vschema.json', import.meta.url);
const vschema = VSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
const router = new VSchemaRouter(vschema);
const ids = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String);

describe('routing by the VSchema of the platform', () => {
  it('finds the rows of a customer in the slot that the id contains', () => {
    fc.assert(
      fc.property(ids, (id) => {
        for (const [table, column] of [
          ['customers', 'id'],
          ['orders', 'id'],
          ['orders', 'customer_id'],
          ['order_lines', 'order_id'],
          ['idempotency_keys', 'customer_id'],
        ] as const) {
          expect(router.slotOf(table, { [column]: id })).toBe(slotOf(id));
        }
      }),
    );
  });

  // Golden: existing rows are in these slots.
  it.each<[string, Key, number]>([
    ['customer_emails', { email: 'ada@example.com' }, 1217],
    ['customer_emails', { email: 'Ada@Example.COM' }, 1217],
    ['customers_by_region', { region: 'eu', customer_id: '1' }, 0x201],
    ['catalogue_entries', { sku: 'GW-0001' }, 512],
    ['catalogue_entries', { sku: 'GW-0031' }, 1536],
    ['catalogue_entries', { sku: 'GW-0120' }, 3584],
    ['outbox', { slot: 17 }, 17],
    ['orders.customers', { id: '1024' }, 1],
  ])('finds %s by %j in slot %d', (table, key, slot) => {
    expect(router.slotOf(table, key)).toBe(slot);
  });

  it('plans a lookup of a customer by e-mail in the one slot of that e-mail', () => {
    expect(router.plan('customers', { email: 'ada@example.com' })).toEqual({
      kind: 'lookup',
      vindex: 'customer_by_email',
      cost: 10,
      unique: true,
      keyspace: 'orders',
      table: 'customer_emails',
      from: { email: 'ada@example.com' },
      to: 'customer_id',
      holds: 'id',
      slots: { first: 1217, last: 1217 },
    });
  });

  it('plans a lookup of the customers of a region in the slots of that region only', () => {
    expect(router.plan('customers', { region: 'us' })).toMatchObject({
      kind: 'lookup',
      unique: false,
      table: 'customers_by_region',
      slots: { first: 0x600, last: 0x60f },
    });
  });

  it('plans a lookup of a tenant in an unsharded keyspace', () => {
    const plan = router.plan('customers', { tenant: 'acme' });
    expect(plan).toMatchObject({ keyspace: 'directory', table: 'tenants', to: 'slot', holds: 'slot' });
    expect(plan).not.toHaveProperty('slots');
  });

  it('uses the cheapest unique vindex for which all values are given', () => {
    const all = { region: 'eu', tenant: 'acme', email: 'ada@example.com', id: '1024' };
    expect(router.plan('customers', all)).toMatchObject({ vindex: 'slot_of_id', cost: 0 });
    expect(router.plan('customers', { ...all, id: undefined })).toMatchObject({
      vindex: 'customer_by_email',
    });
    expect(router.plan('customers', { ...all, id: null, email: null })).toMatchObject({
      vindex: 'tenant_pin',
    });
  });

  it('prefers a costlier vindex with one row to a cheaper one with several', () => {
    const written = {
      keyspaces: {
        main: { tables: { pins: {} } },
        shop: {
          sharded: true,
          vindexes: {
            place: { type: 'region', params: { region_bytes: '1' } },
            pin: {
              type: 'lookup_unique',
              params: { table: 'main.pins', from: 'name', to: 'slot', holds: 'slot' },
            },
          },
          tables: {
            shops: {
              column_vindexes: [
                { columns: ['region', 'id'], name: 'place' },
                { column: 'name', name: 'pin' },
              ],
            },
          },
        },
      },
    };
    const shops = new VSchemaRouter(VSchema.parse(written));
    expect(shops.plan('shops', { region: 1, name: 'x' })).toMatchObject({ vindex: 'pin', unique: true });
    expect(shops.plan('shops', { region: 1, name: 'x', id: 1 })).toMatchObject({
      vindex: 'place',
      unique: true,
    });
    expect(shops.plan('shops', { region: 1 })).toMatchObject({ vindex: 'place', unique: false });
  });

  it('uses the cheapest of several unique vindexes, wherever the VSchema names it', () => {
    const written = document();
    Object.assign(written.keyspaces.shop.vindexes, { number: { type: 'numeric' } });
    Object.assign(written.keyspaces.shop.tables, {
      counters: {
        column_vindexes: [
          { column: 'id', name: 'hash' },
          { column: 'n', name: 'number' },
        ],
      },
    });
    const counters = new VSchemaRouter(VSchema.parse(written));
    expect(counters.plan('counters', { id: 1, n: 5 })).toMatchObject({ vindex: 'number', cost: 0 });
    expect(counters.plan('counters', { id: 1 })).toMatchObject({ vindex: 'hash', cost: 1 });
  });

  it('finds the table of a lookup in its own keyspace, even if another one has a table of that name', () => {
    const written = document();
    Object.assign(written.keyspaces.main.tables, { emails: {} });
    const users = new VSchemaRouter(VSchema.parse(written));
    expect(users.plan('users', { email: '7' })).toMatchObject({ keyspace: 'shop', table: 'emails' });
  });

  it('names all columns of a lookup that needs several', () => {
    const written = document();
    Object.assign(written.keyspaces.shop.vindexes, {
      by_name: { type: 'lookup', params: { table: 'main.names', from: 'first,last', to: 'id' } },
    });
    Object.assign(written.keyspaces.main.tables, { names: {} });
    written.keyspaces.shop.tables.users.column_vindexes.push({
      columns: ['first', 'last'],
      name: 'by_name',
    } as never);
    const users = new VSchemaRouter(VSchema.parse(written));
    const message = 'users cannot be routed: first is not enough: give id, or email, or first and last';
    expect(() => users.plan('users', { first: 'Ada' })).toThrow(expect.objectContaining({ message }));
  });

  it.each<[string, Key, string]>([
    ['customers', {}, 'nothing was given: give id, or email, or region, or tenant'],
    ['customers', { name: null }, 'nothing was given: give id, or email, or region, or tenant'],
    ['customers', { name: 'A', age: 1 }, 'name, age is not enough: give id, or email, or region, or tenant'],
    ['customers', { name: 'Ada' }, 'name is not enough: give id, or email, or region, or tenant'],
    ['customers', { id: 'abc' }, 'id: "abc" is not an id: a whole number of at most 63 bits, in decimal'],
    ['customers', { email: 'a@b.c' }, 'email must be looked up in orders.customer_emails'],
    ['customers', { email: 'a@b.c', name: 'A' }, 'email, name must be looked up in orders.customer_emails'],
    ['customers_by_region', { region: 'eu', name: 'A' }, 'region, name leads to slots 512-527, not to one'],
    ['customers', { constructor: 1 }, 'constructor is not enough: give id, or email, or region, or tenant'],
    ['customers_by_region', { region: 'eu' }, 'region leads to slots 512-527, not to one'],
    ['customers_by_region', { customer_id: '1' }, 'customer_id is not enough: give region'],
    [
      'customers_by_region',
      { region: 'mars' },
      'region, customer_id: "mars" is not one of the regions eu, us, ap',
    ],
    ['orders.products', { sku: 'GW-0001' }, 'every shard has a copy of it'],
    ['directory.tenants', { tenant: 'acme' }, 'the keyspace directory is not sharded'],
    ['products', { sku: 'GW-0001' }, 'the name is not enough: orders.products or events.products'],
    ['carts', { id: '1' }, 'the VSchema has no such table'],
  ])('says why %s cannot be routed by %j: %s', (table, key, detail) => {
    const message = `${table} cannot be routed: ${detail}`;
    expect(() => router.slotOf(table, key)).toThrow(expect.objectContaining({ message }));
  });

  it('reports the given columns and the routable columns in the error', () => {
    try {
      router.slotOf('customers', { name: 'Ada', id: undefined });
      throw new Error('it was routed');
    } catch (error) {
      expect(error).toMatchObject({
        code: 'unroutable',
        retryable: false,
        table: 'customers',
        given: ['name'],
        routable: [['id'], ['email'], ['region'], ['tenant']],
      });
    }
  });

  it('always returns a slot, a lookup, or an error that names the table', () => {
    const tables = vschema.tables.map(({ keyspace, name }) => `${keyspace}.${name}`);
    const columns = fc.constantFrom(
      'id',
      'email',
      'region',
      'tenant',
      'sku',
      'slot',
      'customer_id',
      'order_id',
      'x',
    );
    const values = fc.oneof(ids, fc.string(), fc.integer(), fc.constantFrom('eu', null, undefined));
    fc.assert(
      fc.property(fc.constantFrom(...tables, 'nothing'), fc.dictionary(columns, values), (table, key) => {
        try {
          const plan = router.plan(table, key);
          if (plan.slots !== undefined) {
            expect(
              plan.slots.first >= 0 && plan.slots.first <= plan.slots.last && plan.slots.last < 4096,
            ).toBe(true);
            expect(plan.slots.last - plan.slots.first).toBeLessThan(16);
          } else expect(plan).toMatchObject({ kind: 'lookup', keyspace: 'directory' });
        } catch (error) {
          expect(error).toBeInstanceOf(UnroutableError);
          expect((error as UnroutableError).table).toBe(table);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('routes equivalent e-mails to one slot', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (email) => {
        const slot = router.slotOf('customer_emails', { email });
        expect(router.slotOf('customer_emails', { email: email.toUpperCase() })).toBe(slot);
        expect(router.slotOf('customer_emails', { email: looseKey(email) })).toBe(slot);
      }),
    );
  });
});
