import { type KafkaRecord } from './kafka-record.ts';

/** Every header as text; of a repeated one the last. */
export function headersOf(record: KafkaRecord): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(record.headers)) {
    const text = textOf(value);
    if (text !== undefined) headers[name] = text;
  }
  return headers;
}

/** A header as text; of a repeated one the last. */
export function textOf(header: KafkaRecord['headers'][string]): string | undefined {
  const value = Array.isArray(header) ? header.at(-1) : header;
  return typeof value === 'string' ? value : value?.toString('utf8');
}
