import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { vschemaFile } from './vschema-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'vschema-'));
const ours = new URL('../../../../infra/postgres/vschema.json', import.meta.url);

function faultsOf(change: (text: string) => string): string[] {
  const file = join(folder, 'vschema.json');
  writeFileSync(file, change(readFileSync(ours, 'utf8')));
  return vschemaFile.safeParse(file).error?.issues.map(({ message }) => message) ?? [];
}

describe('the file of the VSchema', () => {
  afterAll(() => rmSync(folder, { recursive: true }));

  it('defaults to the file of the workspace', () => {
    expect(vschemaFile.parse(undefined).table('customers').keyspace).toBe('orders');
    expect(faultsOf((text) => text)).toEqual([]);
  });

  it.each<[string, (text: string) => string, string]>([
    [
      'is not JSON',
      (text) => text.slice(1),
      'expected a file that holds a VSchema: Unexpected non-whitespace character',
    ],
    [
      'has a gap between its ranges',
      (text) => text.replace('GW-0031..GW-0061', 'GW-0032..GW-0061'),
      '/keyspaces/orders/vindexes/sku_range/params/ranges: no range holds the keys from "GW-0031" to "GW-0032"',
    ],
    [
      'describes a table twice',
      (text) => text.replace('"orders": {\n          "column', '"outbox": {\n          "column'),
      '/keyspaces/orders/tables/outbox: written twice',
    ],
    [
      'places rows by a vindex that is not unique',
      (text) =>
        text.replace(
          '{ "column": "id", "name": "slot_of_id" }',
          '{ "column": "id", "name": "customers_by_region" }',
        ),
      '/keyspaces/orders/tables/customers/column_vindexes/0/name: the primary vindex must be unique, and consistent_lookup is not',
    ],
    [
      'lacks a table of the service',
      (text) => text.replace('"catalogue_entries": {', '"entries": {'),
      'orders.catalogue_entries cannot be routed: the VSchema has no such table',
    ],
  ])('that %s is rejected', (_what, change, message) => {
    expect(faultsOf(change)[0]).toContain(message);
  });
});
