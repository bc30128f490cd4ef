import { beforeEach, describe, expect, it } from '@jest/globals';
import { servicesOf } from '../../test/services-of.ts';
import { AddressBook } from './address-book.ts';
import { AddressMapper } from './map-addresses.ts';

const SERVICES = servicesOf(`
services:
  kafka: { image: apache/kafka }
  kafka-ui: { image: redis }
  shard: { image: postgres, ports: ['54321:5432'] }
  orders: { image: redis, scale: 2, ports: ['8080-8081:8080'] }
`);

describe('address mapping', () => {
  let book: AddressBook;
  let mapper: AddressMapper;
  const own = { service: 'orders', replica: 2 };
  const map = (value: string) => mapper.map(value, own);

  beforeEach(() => {
    book = new AddressBook(SERVICES, { freePorts: false });
    mapper = new AddressMapper(SERVICES, book);
  });

  it("maps a service's own address to the port of this replica", async () => {
    expect(await map('0.0.0.0:8080')).toBe('127.0.0.1:8081');
    const port = await book.port('orders', 2, 9092);
    expect(await map('PLAINTEXT://0.0.0.0:9092')).toBe(`PLAINTEXT://127.0.0.1:${port}`);
  });

  it('maps host:port to the same free port every time, at any position', async () => {
    const port = await book.port('kafka', 1, 9092);
    expect(await map('kafka:9092')).toBe(`127.0.0.1:${port}`);
    expect(await map('1@kafka:9092')).toBe(`1@127.0.0.1:${port}`);
    expect(await map('PLAINTEXT://kafka:9092,x')).toBe(`PLAINTEXT://127.0.0.1:${port},x`);
    expect(await map('a=kafka:9092,b=kafka:9092')).toBe(`a=127.0.0.1:${port},b=127.0.0.1:${port}`);
  });

  it('maps a published port to its published number', async () => {
    expect(await map('s1=postgres://u:p@shard:5432/orders,s2=x')).toBe(
      's1=postgres://u:p@127.0.0.1:54321/orders,s2=x',
    );
  });

  it('repeats the URL for each replica', async () => {
    expect(await map('http://orders:8080')).toBe('http://127.0.0.1:8080,http://127.0.0.1:8081');
    expect(await map('http://orders:8080/v1')).toBe('http://127.0.0.1:8080/v1,http://127.0.0.1:8081/v1');
    expect(await map('orders:8080')).toBe('127.0.0.1:8080,127.0.0.1:8081');
  });

  it('distinguishes services with a common prefix, and does not change other names', async () => {
    const port = await book.port('kafka-ui', 1, 80);
    expect(await map('kafka-ui:80')).toBe(`127.0.0.1:${port}`);
    for (const other of [
      'my-kafka:9092',
      'kafka.example.com:9092',
      'kafka',
      'kafkas:1',
      'example.com:443',
      '10.0.0.0:80',
    ]) {
      expect(await map(other)).toBe(other);
    }
  });

  it('uses only free ports on request', async () => {
    const free = new AddressBook(SERVICES, { freePorts: true });
    expect(await free.port('shard', 1, 5432)).not.toBe(54321);
  });
});
