import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readParts } from './read-parts.ts';
import { toDot } from './to-dot.ts';

const FILE = `
services:
  web:
    image: example/web
    build: .
    scale: 2
    depends_on: { migrate: { condition: service_completed_successfully } }
    ports: ['127.0.0.1:8080-8081:8080']
    environment: { STORE: 'redis://store:6379', SHARDS: 'postgres://db-1:5432/a,postgres://db-2:5432/a', NOTE: other-queue:9092 }
  store: { image: '\${STORE_IMAGE:-redis:7}' }
  db-1: { image: 'postgres:17' }
  db-2: { image: 'postgres:17', profiles: [later] }
  queue: { image: 'example/kafka' }
  migrate:
    image: example/web
    build: .
    restart: 'no'
    environment: { QUEUE: queue:9092 }
`;

describe('the graph of a topology', () => {
  let folder = '';
  const parts = () => readParts(join(folder, 'docker-compose.yml'));

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'topology-'));
    writeFileSync(join(folder, 'docker-compose.yml'), FILE);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it('has a part for each service, and one for services that differ in their number', () => {
    expect(parts().map(({ name, kind, replicas }) => [name, kind, replicas])).toEqual([
      ['web', 'service', 2],
      ['store', 'cache', 1],
      ['db', 'database', 1],
      ['queue', 'broker', 1],
    ]);
  });

  it('connects a service to the addresses in its environment, and to no other service', () => {
    expect(parts().map(({ name, connectsTo }) => [name, connectsTo])).toEqual([
      ['web', ['store', 'db']],
      ['store', []],
      ['db', []],
      ['queue', []],
    ]);
  });

  it('is that of the file, whatever the user has set in .env', () => {
    const before = parts();
    writeFileSync(join(folder, '.env'), 'STORE_IMAGE=mirror/memory\n');
    expect(parts()).toEqual(before);
  });

  it('says which services start on request only', () => {
    expect(toDot(parts(), {})).toContain(
      '"db" [label="db\\n-1; on request -2" shape=cylinder class=database]',
    );
  });

  it('draws clients, connections and their captions', () => {
    const edges = toDot(parts(), { 'web → store': 'limits' }).match(/^ {2}".*" -> .*$/gm);
    expect(edges).toEqual([
      '  "client" -> "web" [label="   "]',
      '  "web" -> "store" [label="   limits"]',
      '  "web" -> "db" [label="   "]',
    ]);
  });

  it('refuses a caption whose connection does not exist', () => {
    expect(() => toDot(parts(), { 'web → queue': 'events' })).toThrow(
      'there is no connection web → queue: remove its caption',
    );
  });
});
