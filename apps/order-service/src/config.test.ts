import { parseEnvironment } from '@groundwork/service-kit';
import { describe, expect, it } from '@jest/globals';
import { environment } from './config.ts';

const good = {
  LISTEN_ADDRESS: '0.0.0.0:3000',
  KAFKA_BROKERS: 'kafka:9092',
  SHARD_URLS: 'shard-1=postgres://u:hidden@a:5432/orders,shard-2=postgres://u:hidden@b:5432/orders',
  DIRECTORY_URL: 'postgres://u:hidden@directory:5432/directory',
};

describe('the environment of order-service', () => {
  it('contains the addresses of the shards by name', () => {
    const config = parseEnvironment(environment, good);
    expect([...config.SHARD_URLS.keys()]).toEqual(['shard-1', 'shard-2']);
    expect(config.DIRECTORY_PUSH).toBe('on');
  });

  it.each([
    [{ SHARD_URLS: undefined }, 'SHARD_URLS is not set: expected the Postgres URL of each shard'],
    [
      { SHARD_URLS: 'postgres://u:hidden@a:5432/orders' },
      'SHARD_URLS=postgres://u:***@a:5432/orders: expected the Postgres URL',
    ],
    [{ SHARD_URLS: 'a=mysql://b' }, 'SHARD_URLS=a=mysql://b: expected the Postgres URL'],
    [{ SHARD_URLS: 'a=postgres://b,a=postgres://c' }, 'SHARD_URLS=a=postgres://b,a=postgres://c: expected'],
    [{ DIRECTORY_URL: undefined }, 'DIRECTORY_URL is not set: expected a Postgres URL'],
    [{ RETRY_DELAYS: '5s,1s' }, 'RETRY_DELAYS=5s,1s: expected durations that rise'],
    [{ INBOX_RETENTION: '8 days' }, 'INBOX_RETENTION=8 days: expected a duration in ms, s, m, h or d'],
    [{ DIRECTORY_PUSH: 'no' }, 'DIRECTORY_PUSH=no: expected on or off'],
    [{ SHARD_POOL_SIZE: '1.5' }, 'SHARD_POOL_SIZE=1.5: expected a whole number of connections'],
    [
      { SHARD_CONNECT_TIMEOUT_MS: 'soon' },
      'SHARD_CONNECT_TIMEOUT_MS=soon: expected a whole number of milliseconds',
    ],
    [
      { VSCHEMA_FILE: '/nowhere.json' },
      'VSCHEMA_FILE=/nowhere.json: expected a file that holds a VSchema: ENOENT',
    ],
    [{ KAFKA_BROKERS: 'kafka' }, 'KAFKA_BROKERS=kafka: expected Kafka brokers'],
  ])('rejects %j, and hides the password', (fault, message) => {
    const parse = () => parseEnvironment(environment, { ...good, ...fault } as NodeJS.ProcessEnv);
    expect(parse).toThrow(message);
    expect(parse).not.toThrow('hidden');
  });
});
