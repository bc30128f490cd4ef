import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { document, faultsOf, shop, spoiled, users } from '../../test/spoiled-vschema.ts';
import { InvalidVSchemaError } from './invalid-vschema.error.ts';
import { vschemaJsonSchema } from './vschema-json-schema.ts';
import { VSchema } from './vschema.ts';

const read = (file: string) =>
  JSON.parse(readFileSync(new URL(`../../../../infra/postgres/${file}`, import.meta.url), 'utf8'));

describe('a VSchema', () => {
  it('of the platform has no faults', () => {
    expect(faultsOf(read('vschema.json'))).toEqual([]);
  });

  it('has a published JSON Schema equal to its grammar', () => {
    expect(read('vschema.schema.json')).toEqual(vschemaJsonSchema());
    expect(read('vschema.json').$schema).toBe('./vschema.schema.json');
  });

  it('finds its tables by name or by keyspace and name', () => {
    const vschema = VSchema.parse(document());
    expect(vschema.tables.map(({ keyspace, name }) => `${keyspace}.${name}`)).toEqual([
      ...['shop.users', 'shop.emails', 'shop.places', 'shop.prices', 'main.prices', 'main.user_ids'],
    ]);
    expect(vschema.table('users')).toBe(vschema.table('shop.users'));
    expect(vschema.table('users')).toMatchObject({ keyspace: 'shop', sharded: true, type: 'plain' });
    expect(vschema.table('shop.prices')).toMatchObject({ type: 'reference', source: 'main.prices' });
    expect(() => vschema.table('prices')).toThrow(
      'prices cannot be routed: the name is not enough: shop.prices or main.prices',
    );
    expect(() => vschema.table('shop.nothing')).toThrow('the VSchema has no such table');
  });

  it('describes a table: its vindexes, where its ids come from, and of which table it is a copy', () => {
    const vschema = VSchema.parse(document());
    const { columnVindexes, ...users } = vschema.table('users');
    expect(users).toEqual({
      ...{ keyspace: 'shop', name: 'users', type: 'plain', sharded: true },
      autoIncrement: { column: 'id', sequence: 'main.user_ids' },
    });
    expect(columnVindexes.map(({ vindex: _, ...properties }) => properties)).toEqual([
      { name: 'hash', type: 'hash', columns: ['id'], cost: 1, unique: true, partial: false },
      {
        ...{ name: 'by_email', type: 'consistent_lookup_unique', columns: ['email'] },
        ...{ cost: 10, unique: true, partial: false },
      },
    ]);
    expect(vschema.table('places').columnVindexes).toMatchObject([
      { columns: ['region', 'id'], partial: true },
    ]);
    expect(vschema.table('shop.prices')).toEqual({
      ...{ keyspace: 'shop', name: 'prices', type: 'reference', sharded: true },
      ...{ columnVindexes: [], source: 'main.prices' },
    });
    expect(vschema.table('main.prices')).toEqual({
      ...{ keyspace: 'main', name: 'prices', type: 'plain', sharded: false, columnVindexes: [] },
    });
  });

  it('is read from a text, in which no name may be written twice', () => {
    expect(VSchema.read(JSON.stringify(document())).tables).toHaveLength(6);
    expect(() => VSchema.read('{ "keyspaces": {}, "keyspaces": {} }')).toThrow(
      new InvalidVSchemaError([{ pointer: '/keyspaces', detail: 'written twice: only one would count' }]),
    );
    expect(() => VSchema.read('{ "keyspaces": ')).toThrow(SyntaxError);
    expect(() => VSchema.parse([])).toThrow(/^\/: /);
  });

  it('lists all faults in one error message', () => {
    const written = spoiled(`${users}/column_vindexes/1/name`, 'gone');
    Object.assign(written.keyspaces.shop.tables.users.auto_increment, { sequence: 'main.gone' });
    expect(() => VSchema.parse(written)).toThrow(
      [
        `${shop}/vindexes/by_email/owner: the table users owns the vindex but does not use it`,
        `${users}/auto_increment/sequence: there is no table main.gone`,
        `${users}/column_vindexes/1/name: the keyspace has no vindex gone`,
      ].join('\n'),
    );
  });
});
