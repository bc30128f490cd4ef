import { readFileSync } from 'node:fs';
import { type EventType } from './events/event-type.ts';

/**
 * The data of the example event of a type, as `examples/` has it. Producers compare what they publish with it (`shapeOf`),
 * consumers are given it: so both have seen the same event, though neither has seen the other.
 */
export function exampleOf<Data>({ type }: EventType<Data>): Data {
  const file = new URL(`../examples/${type}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Data;
}

/**
 * What a value is made of, without its values: the name of its type in JSON, the shape of its first item, or its fields in
 * their order of name.
 */
export function shapeOf(value: unknown): unknown {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== 'object') return typeof value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([name, field]) => [name, shapeOf(field)]));
}
