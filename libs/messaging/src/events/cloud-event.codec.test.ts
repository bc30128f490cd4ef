import { asyncApiDocument } from '@groundwork/contracts';
import { describe, expect, it } from '@jest/globals';
import { numberedOn } from '../../test/numbered.ts';
import { decodeEvent, encodeEvent } from './cloud-event.codec.ts';
import { type KafkaRecord } from './kafka-record.ts';

const type = numberedOn('numbers');

function record(change: Partial<KafkaRecord> = {}): KafkaRecord {
  const { key, value, headers } = encodeEvent({
    id: 'event-1',
    type: type.type,
    source: '/test',
    time: new Date(0),
    key: 'Schlüssel',
    json: '{"number":1,"added":true}',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  });
  return {
    topic: 'numbers',
    partition: 2,
    offset: '9007199254740993',
    timestamp: '0',
    key: Buffer.from(key),
    value: Buffer.from(value),
    headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])),
    ...change,
  };
}

describe('the CloudEvents codec', () => {
  it('decodes what it has encoded, and drops unknown fields', () => {
    expect(decodeEvent(record(), type)).toMatchObject({
      id: 'event-1',
      type: type.type,
      source: '/test',
      time: new Date(0),
      key: 'Schlüssel',
      data: { number: 1 },
      topic: 'numbers',
      partition: 2,
      offset: '9007199254740993',
      headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
    });
    expect(decodeEvent(record(), type).data).not.toHaveProperty('added');
  });

  it('writes the headers that the AsyncAPI document promises', () => {
    const [message] = Object.values(asyncApiDocument().components.messages);
    expect(Object.keys(record().headers)).toEqual([...message!.headers.required, 'traceparent']);
  });

  it.each<[string, Partial<KafkaRecord>]>([
    ['tombstone', { value: null }],
    ['not-a-cloud-event', { headers: {} }],
    ['not-a-cloud-event', { headers: { ...record().headers, ce_id: Buffer.from('') } }],
    ['malformed-event-data', { value: Buffer.from('{') }],
    ['malformed-event-data', { value: Buffer.from([0x22, 0xff, 0x22]) }],
    ['invalid-event-data', { value: Buffer.from('null') }],
    ['invalid-event-data', { value: Buffer.from('{"number":1.5}') }],
  ])('rejects permanently, as %s, %j', (code, change) => {
    expect(() => decodeEvent(record(change), type)).toThrow(
      expect.objectContaining({ code, retryable: false }),
    );
  });
});
