import { type KafkaRecord } from './kafka-record.ts';

/** Returns every header as text; for a repeated header, its last value. */
export function headersOf(record: KafkaRecord): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(record.headers)) {
    const text = textOf(value);
    if (text !== undefined) headers[name] = text;
  }
  return headers;
}

/** Returns a header as text; for a repeated header, its last value. */
export function textOf(header: KafkaRecord['headers'][string]): string | undefined {
  const value = Array.isArray(header) ? header.at(-1) : header;
  return typeof value === 'string' ? value : value?.toString('utf8');
}
