import { connectionFieldsOf } from '../normalise/connection-fields.ts';
import { type RawFields } from './attempt.ts';

/**
 * Returns the fields of the forwarded response: the endpoint's without those of its connection, overridden by the proxy's own.
 */
export function responseFields(raw: RawFields, own: Readonly<Record<string, string>>): string[] {
  const dropped = connectionFieldsOf(valueOf(raw, 'connection'));
  const fields: string[] = [];
  for (let index = 0; index < raw.length; index += 2) {
    const name = String(raw[index]).toLowerCase();
    if (dropped.has(name) || Object.hasOwn(own, name)) continue;
    // Latin-1 preserves every byte.
    fields.push(name, latin1(raw[index + 1]));
  }
  for (const name in own) fields.push(name, own[name] ?? '');
  return fields;
}

function valueOf(raw: RawFields, wanted: string): string | undefined {
  const values: string[] = [];
  for (let index = 0; index < raw.length; index += 2) {
    if (raw[index]?.length === wanted.length && String(raw[index]).toLowerCase() === wanted) {
      values.push(latin1(raw[index + 1]));
    }
  }
  return values.length === 0 ? undefined : values.join(',');
}

function latin1(value: Buffer | string | undefined): string {
  return typeof value === 'string' ? value : (value?.toString('latin1') ?? '');
}
