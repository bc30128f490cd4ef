import { ID_SQL, type OwnTable, withSlotInId, withStoredSlot } from './own-table.ts';

const LONG = 'a_name_that_is_so_long_that_postgres_cuts_what_begins_with';

const KEYS: readonly OwnTable[] = [
  withStoredSlot({
    kind: 'composite key',
    name: 'carts',
    ddl: 'create table carts (slot smallint, n int, body text, primary key (slot, n))',
    columns: 'body',
    values: `'cart ' || v`,
    change: `body = 'changed ' || v`,
  }),
  withSlotInId({
    kind: 'id that carries the slot',
    name: 'reviews',
    ddl: 'create table reviews (id bigint primary key, body text); create index on reviews (slot_of(id), id)',
    id: 'id',
    columns: 'id, body',
    values: `${ID_SQL}, 'review ' || v`,
    change: `body = 'changed ' || v`,
  }),
  withStoredSlot({
    kind: 'slot last in the key',
    name: 'ratings',
    ddl: `create table ratings (n int, slot smallint, stars numeric, primary key (n, slot)); create index on ratings (slot, n)`,
    columns: 'stars',
    values: `case v % 3 when 0 then 'NaN' when 1 then '-Infinity' else 1.50 end::numeric`,
    change: 'stars = v::numeric / 7',
  }),
  withStoredSlot({
    kind: 'nothing but a key',
    name: 'marks',
    ddl: 'create table marks (slot smallint, n int, tag text, primary key (slot, n, tag))',
    columns: 'tag',
    values: `'tag'`,
    change: `tag = 'tag ' || v`,
  }),
  withStoredSlot({
    kind: 'key of many types',
    name: 'visits',
    ddl: `create type visit_kind as enum ('web', 'shop');
      create table visits (slot smallint, n int, at timestamptz, code uuid, kind visit_kind, cost numeric, day date, raw bytea,
        host inet, word varchar(20), pad char(6), primary key (slot, at, code, kind, cost, day, raw, host, word, pad, n))`,
    columns: 'at, code, kind, cost, day, raw, host, word, pad',
    values: `timestamptz '2026-01-01 00:00:00.123456+02' + v * interval '1 s', md5(n::text)::uuid, 'shop', 1.0, date 'infinity',
      decode('00ff', 'hex'), '10.0.0.1/8', 'Ä"\\''', 'ab'`,
    change: `cost = 1.000, at = t.at + interval '1 us'`,
  }),
  withStoredSlot({
    kind: 'deferrable key that includes a column',
    name: 'ranks',
    ddl: `create table ranks (slot smallint, n int, body text, constraint ranks_key primary key (slot, n) include (body)
      deferrable initially deferred)`,
    columns: 'body',
    values: `'rank ' || v`,
    change: `body = 'changed ' || v`,
  }),
];

const NAMES: readonly OwnTable[] = [
  withSlotInId({
    kind: 'quoted names in another schema',
    name: 'crm."Contact Notes"',
    ddl: `create schema crm; create table crm."Contact Notes" ("contactId" bigint, "Text's" text, primary key ("contactId"));
      create index on crm."Contact Notes" (slot_of("contactId"), "contactId")`,
    id: '"contactId"',
    columns: `"contactId", "Text's"`,
    values: `${ID_SQL}, 'note ' || v`,
    change: `"Text's" = 'changed ' || v`,
  }),
  ...['first', 'second'].map((which) =>
    withStoredSlot({
      kind: `long names, ${which}`,
      name: `${LONG}_${which}`.slice(0, 57) + which.slice(0, 3),
      ddl: `create table ${`${LONG}_${which}`.slice(0, 57) + which.slice(0, 3)} (slot smallint, n int, body text, primary key (slot, n))`,
      columns: 'body',
      values: `'${which} ' || v`,
      change: `body = 'changed ' || v`,
    }),
  ),
];

const VALUES: readonly OwnTable[] = [
  withStoredSlot({
    kind: 'documents',
    name: 'documents',
    ddl: `create extension hstore; create table documents (slot smallint, n int, raw json, parsed jsonb, pairs hstore, primary key (slot, n))`,
    columns: 'raw, parsed, pairs',
    values: `('{"b": 1,  "a": 1.50, "b": "\\u0000 ' || v || '"}')::json, '{"big": 9007199254740993, "n": null}', 'a=>1, b=>NULL'`,
    change: `raw = ('[' || v || ' , 2]')::json, pairs = hstore('v', v::text)`,
  }),
  withStoredSlot({
    kind: 'types of every family',
    name: 'samples',
    ddl: `create type point3 as (x float8, y int, label text); create domain mail as text not null check (value like '%@%');
      create table samples (slot smallint, n int, address mail, grid int[], words text[], spot point3, during tstzrange, spans int4multirange,
        small float4, large float8, price money, every interval, flags bit(5), vector tsvector, padded char(5), big numeric,
        at timestamp, log pg_lsn, primary key (slot, n))`,
    columns:
      'address, grid, words, spot, during, spans, small, large, price, every, flags, vector, padded, big, at, log',
    values: `'a@b', '[0:1]={1,2}'::int[], array['a,b', null, '"'], row(0.1::float8 + 0.2, v, 'x "y"')::point3,
      tstzrange('2026-01-01', null), '{[1,3),[5,7)}', 0.1, '-0', 12.34::numeric::money, interval '1 mon -2 days 03:00', B'10101',
      to_tsvector('simple', 'the fat cat'), 'a ', 12345678901234567890.1234567890, '-infinity', '16/B374D848'`,
    change: `large = 'NaN', grid = '{{1,2},{3,4}}', every = v * interval '-1 year 2 days', small = v`,
  }),
  {
    kind: 'generated columns, of which one is the slot',
    name: 'invoices',
    ddl: `create table invoices (customer_id bigint, n int, slot smallint generated always as (slot_of(customer_id)) stored, net int,
      gross numeric generated always as (net * 1.19) stored, primary key (slot, n))`,
    columns: 'customer_id, n, net',
    values: `${ID_SQL}, given.n, v`,
    change: 'net = v + 1',
    slot: 't.slot',
    n: 't.n',
  },
  withStoredSlot({
    kind: 'more columns than a function has arguments',
    name: 'wide',
    ddl: `create table wide (slot smallint, n int, ${numbered('c', 120, 'int default 1')}, body text, primary key (slot, n));
      alter table wide drop column c_7`,
    columns: 'body',
    values: `'wide ' || v`,
    change: `c_90 = v`,
  }),
];

const CONSTRAINTS: readonly OwnTable[] = [
  withStoredSlot({
    kind: 'unique keys, partial, of expressions, deferrable, without nulls',
    name: 'seats',
    ddl: `create table seats (slot smallint, n int, place text, label text, gate int, primary key (slot, n), unique (slot, place),
        constraint one_gate unique nulls not distinct (slot, gate, n) deferrable);
      create unique index on seats (slot, lower(label)) where label <> ''`,
    columns: 'place, label',
    values: `'place ' || n, 'Label ' || n`,
    change: `label = case v % 2 when 0 then '' else 'Label ' || t.n || ' ' || v end`,
  }),
  withStoredSlot({
    kind: 'partitions',
    name: 'readings',
    ddl: `create table readings (slot smallint, n int, body text, primary key (slot, n)) partition by hash (n);
      create table readings_0 partition of readings for values with (modulus 2, remainder 0);
      create table readings_1 partition of readings for values with (modulus 2, remainder 1)`,
    columns: 'body',
    values: `'reading ' || v`,
    change: `body = 'changed ' || v`,
  }),
  withStoredSlot({
    kind: 'foreign key to a row of the slot, which a trigger makes',
    name: 'items',
    ddl: `create table item_owners (slot smallint, n int, primary key (slot, n));
      create table items (slot smallint, n int, body text, changed int default 0, primary key (slot, n),
        foreign key (slot, n) references item_owners on delete cascade);
      create function count_changes() returns trigger language plpgsql as $$ begin
        insert into item_owners values (new.slot, new.n) on conflict do nothing;
        new.changed := new.changed + 1;
        return new;
      end $$;
      create trigger counted before insert or update on items for each row execute function count_changes()`,
    columns: 'body',
    values: `'item ' || v`,
    change: `body = 'changed ' || v`,
  }),
];

/** Every kind of table that the examination accepts. Create them in this order. */
export const MOVABLE_TABLES: readonly OwnTable[] = [...KEYS, ...NAMES, ...VALUES, ...CONSTRAINTS];

/** A queue, whose rows are handed over and get new numbers. */
export const QUEUE = {
  name: 'crm.events',
  ddl: `create table crm.events (position bigint generated always as identity primary key, slot smallint not null, body json, doubled int
    generated always as (2) stored); create index on crm.events (slot, position)`,
} as const;

function numbered(name: string, count: number, type: string): string {
  return Array.from({ length: count }, (_, n) => `${name}_${n} ${type}`).join(', ');
}
