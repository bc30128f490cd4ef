import { parseEnvironment } from '@groundwork/service-kit';
import { describe, expect, it } from '@jest/globals';
import { environment } from './config.ts';

const good = {
  LISTEN_ADDRESS: '0.0.0.0:3000',
  KAFKA_BROKERS: 'kafka:9092',
  SHARD_URLS: 'shard-1=postgres://u:hidden@a:5432/orders,shard-2=postgres://u:hidden@b:5432/orders',
  SLOT_MAP: '0-2047=shard-1,2048-4095=shard-2',
};

describe('the environment of order-service', () => {
  it('is parsed into shards and slots', () => {
    const config = parseEnvironment(environment, good);
    expect([...config.SHARD_URLS.keys()]).toEqual(['shard-1', 'shard-2']);
    expect(config.SLOT_MAP.shards).toEqual(['shard-1', 'shard-2']);
  });

  it.each([
    [{ SHARD_URLS: undefined }, 'SHARD_URLS is not set: expected the Postgres URL of each shard'],
    [
      { SHARD_URLS: 'postgres://u:hidden@a:5432/orders' },
      'SHARD_URLS=postgres://u:***@a:5432/orders: expected the Postgres URL',
    ],
    [{ SHARD_URLS: 'a=mysql://b' }, 'SHARD_URLS=a=mysql://b: expected the Postgres URL'],
    [{ SHARD_URLS: 'a=postgres://b,a=postgres://c' }, 'SHARD_URLS=a=postgres://b,a=postgres://c: expected'],
    [{ SLOT_MAP: undefined }, 'SLOT_MAP is not set: expected the slots of each shard'],
    [{ SLOT_MAP: '0-2047=shard-1' }, 'SLOT_MAP=0-2047=shard-1: slots 2048-4095 have no shard'],
    [{ SLOT_MAP: '0-4095=shard-3' }, 'it names shard-3, but SHARD_URLS has only shard-1, shard-2'],
    [{ SHARD_POOL_SIZE: '1.5' }, 'SHARD_POOL_SIZE=1.5: expected a whole number of connections'],
    [
      { SHARD_CONNECT_TIMEOUT_MS: 'soon' },
      'SHARD_CONNECT_TIMEOUT_MS=soon: expected a whole number of milliseconds',
    ],
    [{ KAFKA_BROKERS: 'kafka' }, 'KAFKA_BROKERS=kafka: expected Kafka brokers'],
  ])('refuses %j', (fault, message) => {
    const parse = () => parseEnvironment(environment, { ...good, ...fault } as NodeJS.ProcessEnv);
    expect(parse).toThrow(message);
    expect(parse).not.toThrow('hidden');
  });
});
