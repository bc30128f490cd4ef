import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { commonEnvironment } from './common-environment.ts';
import { ConfigurationError } from './configuration.error.ts';
import { httpUrls, kafkaBrokers, postgresUrl, redisUrl } from './environment-types.ts';
import { parseEnvironment } from './parse-environment.ts';
import { risingDurations } from './rising-durations.ts';

const schema = z.object({
  ...commonEnvironment,
  DATABASE_URL: postgresUrl,
  REDIS_URL: redisUrl,
  KAFKA_BROKERS: kafkaBrokers,
  UPSTREAM: httpUrls,
  RETRY_DELAYS: risingDurations('1s,5s'),
});

const good = {
  LISTEN_ADDRESS: '0.0.0.0:3000',
  DATABASE_URL: 'postgres://user:secret@db:5432/orders',
  REDIS_URL: 'redis://redis:6379',
  KAFKA_BROKERS: 'a:9092,b:9093',
  UPSTREAM: 'http://one:1,http://two:2',
};

function faultsOf(environment: NodeJS.ProcessEnv): readonly string[] {
  try {
    parseEnvironment(schema, environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
  return [];
}

describe('the environment', () => {
  it('is parsed into typed, frozen values', () => {
    const config = parseEnvironment(schema, { ...good, SOMETHING_ELSE: 'ignored' });
    expect(config.LISTEN_ADDRESS).toEqual({ host: '0.0.0.0', port: 3000 });
    expect(config.KAFKA_BROKERS).toEqual(['a:9092', 'b:9093']);
    expect(config.UPSTREAM.map((url) => url.host)).toEqual(['one:1', 'two:2']);
    expect(config.RETRY_DELAYS).toEqual([
      { name: '1s', ms: 1_000 },
      { name: '5s', ms: 5_000 },
    ]);
    expect(config.LOG_LEVEL).toBe('info');
    expect(Object.isFrozen(config)).toBe(true);
    expect(config).not.toHaveProperty('SOMETHING_ELSE');
  });

  it('names every bad variable at once', () => {
    const { DATABASE_URL: _, ...rest } = good;
    const faults = faultsOf({ ...rest, LISTEN_ADDRESS: '3000', LOG_LEVEL: 'loud' });
    expect(faults).toEqual([
      'LISTEN_ADDRESS=3000: expected host:port, e.g. 0.0.0.0:3000',
      'LOG_LEVEL=loud: expected one of trace, debug, info, warn, error, fatal, silent',
      'DATABASE_URL is not set: expected a Postgres URL, e.g. postgres://user:password@host:5432/database',
    ]);
  });

  it.each([
    ['DATABASE_URL', 'mysql://host/db'],
    ['REDIS_URL', 'localhost:6379'],
    ['KAFKA_BROKERS', 'kafka'],
    ['KAFKA_BROKERS', 'kafka:9092,'],
    ['KAFKA_BROKERS', 'kafka:99999'],
    ['UPSTREAM', 'http://one:1,two:2'],
    ['LISTEN_ADDRESS', '0.0.0.0:70000'],
    ['RETRY_DELAYS', ''],
    ['RETRY_DELAYS', '1s,'],
    ['RETRY_DELAYS', '0s'],
    ['RETRY_DELAYS', '5s,1s'],
    ['RETRY_DELAYS', '60s,1m'],
    ['RETRY_DELAYS', '1s, 5s'],
    ['RETRY_DELAYS', '1w'],
    ['RETRY_DELAYS', '1s,999999h'],
    ['SHUTDOWN_TIMEOUT_MS', '0'],
    ['SHUTDOWN_TIMEOUT_MS', 'soon'],
  ])('refuses %s=%s', (name, value) => {
    const faults = faultsOf({ ...good, [name]: value });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(new RegExp(`^${name}=.*: expected`));
  });

  it('never shows a password', () => {
    const [fault] = faultsOf({ ...good, DATABASE_URL: 'http://user:hunter2@db/x' });
    expect(fault).toContain('user:***@db');
    expect(fault).not.toContain('hunter2');
  });
});
