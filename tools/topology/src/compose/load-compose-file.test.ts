import { describe, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { loadComposeFile } from './load-compose-file.ts';
import { startOrder } from './refuse-impossible-dependencies.ts';
import { servicesOf } from '../../test/services-of.ts';

const one = (keys: string) => `services: { a: { image: redis, ${keys} } }`;

describe('the compose file', () => {
  it('reads the topology of this workspace', () => {
    const file = loadComposeFile(fileURLToPath(new URL('../../../../docker-compose.yml', import.meta.url)), {
      environment: {},
    });
    expect(file.services.get('api-gateway')).toMatchObject({
      scale: 2,
      ports: [{ hostPorts: [8080, 8081] }],
    });
    expect(file.services.get('migrate-orders')).toMatchObject({
      restart: { when: 'on-failure' },
      healthCheck: undefined,
    });
  });

  it('merges YAML anchors; keys of the service override them', () => {
    const services = servicesOf(`
x-base: &base { image: redis, restart: always, environment: { A: '1' } }
services: { a: { <<: *base, environment: { B: '2' } } }`);
    expect(services.get('a')).toMatchObject({ restart: { when: 'always' }, environment: { B: '2' } });
  });

  it('reads variables from the environment, then .env, then the default', () => {
    const yaml = one(`environment: { A: '\${A:-a}', B: '\${B:-b}', C: '\${C:-c}', D: 'cost $$5' }`);
    const environment = servicesOf(yaml, { dotEnv: 'A=file\nB=file', environment: { A: 'process' } }).get(
      'a',
    )?.environment;
    expect(environment).toEqual({ A: 'process', B: 'file', C: 'c', D: 'cost $5' });
  });

  it('reads the command of a health check in every form', () => {
    const check = (test: string) =>
      servicesOf(one(`healthcheck: { test: ${test} }`)).get('a')?.healthCheck?.command;
    expect(check('[CMD, redis-cli, ping]')).toEqual(['redis-cli', 'ping']);
    expect(check('[CMD-SHELL, "redis-cli ping || exit 1"]')).toBe('redis-cli ping || exit 1');
    expect(check('[NONE]')).toBeUndefined();
  });

  it('treats a service as a job if it restarts only on failure, or if another service waits for its completion', () => {
    const services = servicesOf(`
services:
  a: { image: redis, depends_on: { c: { condition: service_completed_successfully } } }
  b: { image: redis, restart: on-failure }
  c: { image: redis }
  d: { image: redis, restart: on-failure, healthcheck: { test: [CMD, x] } }`);
    expect([...services.values()].map(({ isJob }) => isJob)).toEqual([false, true, true, false]);
  });

  it('can load only some services and their dependencies', () => {
    const yaml = `
services:
  a: { image: redis, depends_on: [b] }
  b: { image: redis, depends_on: [c] }
  c: { image: redis }
  d: { image: redis, depends_on: [c] }`;
    expect([...servicesOf(yaml, { only: ['a'] }).keys()]).toEqual(['a', 'b', 'c']);
    expect(() => servicesOf(yaml, { only: ['unknown'] })).toThrow(
      'there is no service unknown; there are a, b, c, d',
    );
  });

  it('excludes services of inactive profiles', () => {
    const yaml = 'services: { a: { image: redis }, b: { image: redis, profiles: [edge] } }';
    expect([...servicesOf(yaml).keys()]).toEqual(['a']);
    expect([...servicesOf(yaml, { profiles: ['edge'] }).keys()]).toEqual(['a', 'b']);
    expect([...servicesOf(yaml, { dotEnv: 'COMPOSE_PROFILES=edge,other' }).keys()]).toEqual(['a', 'b']);
    expect(() => servicesOf(yaml, { profiles: ['egde'] })).toThrow(
      'there is no profile egde; there are edge',
    );
  });

  it('orders services after their dependencies', () => {
    const services = servicesOf(
      'services: { a: { image: redis, depends_on: [b, c] }, b: { image: redis, depends_on: [c] }, c: { image: redis } }',
    );
    expect(startOrder(services).map(({ name }) => name)).toEqual(['c', 'b', 'a']);
  });

  it.each([
    ['privileged: true', 'services.a.privileged: the native engine does not support this key; remove it'],
    ['scale: -1', 'services.a.scale is -1; expected a whole number of at least 0'],
    ['restart: sometimes', 'services.a.restart is "sometimes"; expected no, always'],
    ["volumes: ['./here:/there']", 'services.a.volumes is "./here:/there"; expected a named volume'],
    ['command: redis-server', 'services.a.command is "redis-server"; expected a list of strings'],
    ["environment: { A: '${A' }", 'services.a.environment.A: cannot read the variable in "${A"'],
    ["environment: { A: '${A:?say so}' }", 'services.a.environment.A: A is required: say so'],
    [
      "scale: 3, ports: ['${PORTS:-8080-8081}:80']",
      '3 replicas need 3 ports, "8080-8081:80" has 2 (set PORTS)',
    ],
    ["ports: ['99999:80']", 'services.a.ports[0] is "99999:80"; expected ports from 1 to 65535'],
    [
      'healthcheck: { test: [CMD, x], interval: fast }',
      'services.a.healthcheck.interval is "fast"; expected a duration',
    ],
    ['depends_on: [z]', 'services.a.depends_on.z: there is no such service'],
    [
      'depends_on: { a: { condition: service_ready } }',
      'services.a.depends_on.a.condition is "service_ready"',
    ],
    ['depends_on: { a: { condition: service_healthy } }', 'a has no health check to wait for'],
    ['depends_on: [a]', 'these services wait for each other: a → a'],
  ])('rejects %s', (keys, message) => {
    expect(() => servicesOf(one(keys))).toThrow(message);
  });

  it('rejects a wait for the end of a service that never ends', () => {
    const yaml = `services:
  a: { image: redis, depends_on: { b: { condition: service_completed_successfully } } }
  b: { image: redis, restart: always }`;
    expect(() => servicesOf(yaml)).toThrow(
      'services.a.depends_on.b: b always restarts, so it never completes',
    );
  });

  it('names every service of a cycle', () => {
    const yaml = `services:
  a: { image: redis, depends_on: [b] }
  b: { image: redis, depends_on: [c] }
  c: { image: redis, depends_on: [b] }`;
    expect(() => servicesOf(yaml)).toThrow('these services wait for each other: b → c → b');
  });

  it('rejects a file that is not YAML', () => {
    expect(() => servicesOf('services: {')).toThrow(/cannot read .*docker-compose.yml/);
  });
});
