import { beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { lint } from './lint.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const BOUNDARIES = '@nx/enforce-module-boundaries';
const NAMES = 'no-restricted-imports';

const FORBIDDEN: readonly (readonly [what: string, file: string, specifier: string, rule: string])[] = [
  ['an app imports an app', 'apps/api-gateway/src/x.ts', '@groundwork/order-service', NAMES],
  [
    'an app imports a file of an app',
    'apps/api-gateway/src/x.ts',
    '@groundwork/order-service/src/index.ts',
    NAMES,
  ],
  ['an app reaches into an app', 'apps/api-gateway/src/x.ts', '../../order-service/src/index.ts', BOUNDARIES],
  [
    'an app reaches into a library',
    'apps/order-service/src/x.ts',
    '../../../libs/sharding/src/index.ts',
    BOUNDARIES,
  ],
  ['an app imports a tool', 'apps/order-service/src/x.ts', '@groundwork/topology', BOUNDARIES],
  ['an app imports test helpers', 'apps/order-service/src/x.ts', '@groundwork/testing', BOUNDARIES],
  ['the gateway imports sharding', 'apps/api-gateway/src/x.ts', '@groundwork/sharding', BOUNDARIES],
  ['the gateway imports messaging', 'apps/api-gateway/src/x.ts', '@groundwork/messaging', BOUNDARIES],
  ['the gateway imports a database driver', 'apps/api-gateway/src/x.ts', 'pg', BOUNDARIES],
  ['a platform library imports an app', 'libs/service-kit/src/x.ts', '@groundwork/order-service', NAMES],
  ['a platform library imports another', 'libs/messaging/src/x.ts', '@groundwork/service-kit', BOUNDARIES],
  ['a core imports a platform library', 'libs/caching/src/x.ts', '@groundwork/service-kit', BOUNDARIES],
  ['a core imports a contract', 'libs/sharding/src/x.ts', '@groundwork/contracts', BOUNDARIES],
  ['a contract imports a core', 'libs/contracts/src/x.ts', '@groundwork/hashing', BOUNDARIES],
  ['a contract imports a framework', 'libs/contracts/src/x.ts', '@nestjs/common', BOUNDARIES],
  ['a contract imports a driver', 'libs/contracts/src/x.ts', 'pg', BOUNDARIES],
  ['a tool imports an app', 'tools/bench/src/x.ts', '@groundwork/order-service', NAMES],
  ...['hashing', 'sharding', 'caching', 'rate-limiting', 'resilience', 'dlq', 'flow-control'].flatMap(
    (core) =>
      ['@nestjs/common', 'typeorm', 'kafkajs', 'ioredis', 'pg'].map(
        (driver) =>
          [`the core of ${core} imports ${driver}`, `libs/${core}/src/x.ts`, driver, NAMES] as const,
      ),
  ),
];

const PERMITTED: readonly (readonly [what: string, file: string, specifier: string])[] = [
  ['an app imports a platform library', 'apps/order-service/src/x.ts', '@groundwork/service-kit'],
  ['an app imports a core', 'apps/order-service/src/x.ts', '@groundwork/sharding'],
  ['an app imports a contract', 'apps/api-gateway/src/x.ts', '@groundwork/contracts'],
  ['an app imports a driver', 'apps/order-service/src/x.ts', 'pg'],
  ['a platform library imports a contract', 'libs/service-kit/src/x.ts', '@groundwork/contracts'],
  ['a core imports a core', 'libs/sharding/src/x.ts', '@groundwork/hashing'],
  ['an adapter of a core imports a driver', 'libs/caching/src/adapters/x.ts', 'ioredis'],
  ['a test imports test helpers', 'libs/caching/src/x.test.ts', '@groundwork/testing'],
];

/** Every kind of import. */
const WAYS = {
  static: (specifier: string) => `export * from '${specifier}';\n`,
  dynamic: (specifier: string) => `export const lazy = () => import('${specifier}');\n`,
};

describe('module boundaries', () => {
  const reported = new Map<string, string[]>();
  const key = (file: string, specifier: string, way: string): string => [file, specifier, way].join(' ');

  beforeAll(async () => {
    const probes = [...FORBIDDEN, ...PERMITTED].flatMap(([, file, specifier]) =>
      Object.entries(WAYS).map(([way, code]) => ({
        key: key(file, specifier, way),
        file,
        code: code(specifier),
      })),
    );
    const rules = await lint(ROOT, probes);
    probes.forEach((probe, index) => reported.set(probe.key, rules[index] ?? []));
  });

  it.each(FORBIDDEN)('forbid that %s', (_what, file, specifier, rule) => {
    expect(reported.get(key(file, specifier, 'static'))).toContain(rule);
    expect(reported.get(key(file, specifier, 'dynamic'))).not.toEqual([]);
  });

  it.each(PERMITTED)('permit that %s', (_what, file, specifier) => {
    expect(reported.get(key(file, specifier, 'static'))).toEqual([]);
  });
});
