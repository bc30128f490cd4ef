import { describe, expect, it } from '@jest/globals';
import { checkCompose } from './check-compose.ts';

const SOUND = `
x-logging: &logging { driver: json-file, options: { max-size: 10m, max-file: '3' } }
services:
  database:
    image: \${DATABASE_IMAGE:-postgres:17}
    restart: unless-stopped
    mem_limit: 256m
    logging: *logging
    ports: ['127.0.0.1:\${DATABASE_PORT:-5432}:5432']
    volumes: [data:/var/lib/postgresql/data]
    healthcheck: { test: [CMD-SHELL, 'pg_isready -U $$POSTGRES_USER'], interval: 5s, timeout: 3s, retries: 3 }
  migrate: &ours
    image: \${REGISTRY:-groundwork}/shop:\${TAG:-latest}
    build: { context: ., dockerfile: Dockerfile, args: { APP: shop } }
    init: true
    read_only: true
    tmpfs: [/tmp]
    restart: on-failure
    mem_limit: 256m
    logging: *logging
    environment: { DATABASE_URL: 'postgres://user:secret@database:5432/shop' }
    depends_on: { database: { condition: service_healthy } }
  shop:
    <<: *ours
    restart: unless-stopped
    scale: 2
    healthcheck: { test: [CMD, node, probe.js], interval: 5s, timeout: 3s, retries: 3 }
    depends_on: { migrate: { condition: service_completed_successfully } }
volumes:
  data:
`;

function broken(from: string, to: string): string[] {
  expect(SOUND).toContain(from);
  return checkCompose(SOUND.replace(from, to)).map(({ where }) => where);
}

describe('a compose file', () => {
  it('has no finding when it follows every rule', () => {
    expect(checkCompose(SOUND)).toEqual([]);
  });

  it.each(['name: shop', 'include: [other.yml]', "version: '3.9'"])('has no top-level %s', (line) => {
    expect(broken('volumes:\n  data:', `${line}\nvolumes:\n  data:`)).toEqual([
      `the file.${line.split(':')[0]}`,
    ]);
  });

  it('must not have a key that compose 1.29 rejects', () => {
    expect(broken('scale: 2', 'develop: { watch: [] }')).toEqual(['shop.develop']);
    expect(broken('retries: 3 }\n  migrate', 'retries: 3, start_interval: 1s }\n  migrate')).toEqual([
      'database.healthcheck.start_interval',
    ]);
    expect(broken('condition: service_healthy', 'condition: service_healthy, required: false')).toEqual([
      'migrate.depends_on.database',
    ]);
  });

  it('uses a variable for every image and published port', () => {
    expect(broken('${DATABASE_IMAGE:-postgres:17}', 'postgres:17')).toEqual(['database.image']);
    expect(broken('${DATABASE_PORT:-5432}', '5432')).toEqual(['database.ports']);
  });

  it('has a default for every variable', () => {
    expect(broken('mem_limit: 256m', 'mem_limit: ${MEMORY}')).toEqual(['database.mem_limit']);
    expect(broken('mem_limit: 256m', 'mem_limit: ${MEMORY:-}')).toEqual([]);
    expect(broken('${DATABASE_IMAGE:-postgres:17}', '${DATABASE_IMAGE:-}')).toEqual(['database.image']);
    expect(broken('$$POSTGRES_USER', '$POSTGRES_USER')).toEqual(['database.healthcheck.test.1']);
  });

  it('limits memory and logs', () => {
    expect(broken('mem_limit: 256m', '')).toEqual(['database.mem_limit']);
    expect(broken('max-size: 10m, ', '')).toEqual(['database.logging', 'migrate.logging', 'shop.logging']);
  });

  it('restarts and probes every long-running service', () => {
    expect(broken('restart: unless-stopped', 'restart: always')).toEqual(['database.restart']);
    expect(
      broken('healthcheck: { test: [CMD, node, probe.js], interval: 5s, timeout: 3s, retries: 3 }', ''),
    ).toEqual(['shop.healthcheck']);
  });

  it('allows a job to end', () => {
    expect(broken('restart: on-failure', 'restart: always')).toEqual(['migrate.restart']);
  });

  it('runs images that are built here with an init process and a read-only root', () => {
    expect(broken('read_only: true', '')).toEqual(['migrate.read_only', 'shop.read_only']);
    expect(broken('init: true', '')).toEqual(['migrate.init', 'shop.init']);
  });

  it('builds each image in only one way', () => {
    expect(broken('scale: 2', 'build: { context: ., args: { APP: other } }')).toEqual(['shop.build']);
  });

  it('refers only to services and volumes that exist', () => {
    expect(broken('@database:5432', '@databse:5432')).toEqual([
      'migrate.environment.DATABASE_URL',
      'shop.environment.DATABASE_URL',
    ]);
    expect(broken('depends_on: { database:', 'depends_on: { databse:')).toEqual([
      'migrate.depends_on.databse',
    ]);
    expect(broken('volumes: [data:', 'volumes: [date:')).toEqual(['database.volumes']);
  });

  it('has no dependency on a service that may be inactive', () => {
    expect(broken('restart: unless-stopped', 'restart: unless-stopped\n    profiles: [more]')).toEqual([
      'migrate.depends_on.database',
    ]);
    expect(broken('scale: 2', 'scale: 2\n    profiles: [more]')).toEqual([]);
  });
});
