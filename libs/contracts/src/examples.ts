import { readFileSync } from 'node:fs';
import { type EventType } from './events/event-type.ts';

/**
 * Returns the data of the example event of a type, read from `examples/`. Tests of producers compare the events that they
 * publish with it (`shapeOf`), and tests of consumers consume it. So producer and consumer agree on an event without running
 * together.
 */
export function exampleOf<Data>({ type }: EventType<Data>): Data {
  const file = new URL(`../examples/${type}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Data;
}

/**
 * Returns the structure of a value without its content: the name of its JSON type, the shape of its first item, or its
 * fields sorted by name.
 */
export function shapeOf(value: unknown): unknown {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== 'object') return typeof value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([name, field]) => [name, shapeOf(field)]));
}
