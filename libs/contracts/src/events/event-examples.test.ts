import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EVENT_TYPES } from './event-types.ts';

const folder = fileURLToPath(new URL('../../examples/', import.meta.url));

function exampleOf(type: string): Record<string, unknown> {
  return JSON.parse(readFileSync(`${folder}${type}.json`, 'utf8')) as Record<string, unknown>;
}

describe('the example events', () => {
  it('are one for each type', () => {
    const examples = readdirSync(folder).map((name) => name.replace(/\.json$/, ''));
    expect(examples.sort()).toEqual(EVENT_TYPES.map(({ type }) => type).sort());
  });

  it.each(EVENT_TYPES.map((eventType) => [eventType.type, eventType] as const))(
    'of %s are what the type describes, to the last field',
    (type, { data }) => {
      expect(data.parse(exampleOf(type))).toEqual(exampleOf(type));
    },
  );

  it.each(EVENT_TYPES.map((eventType) => [eventType.type, eventType] as const))(
    'of %s may gain a field, and may not lose one',
    (type, { data }) => {
      const example = exampleOf(type);
      expect(data.parse({ ...example, addedLater: true })).not.toHaveProperty('addedLater');
      for (const field of Object.keys(example)) {
        expect(data.safeParse({ ...example, [field]: undefined }).success).toBe(false);
      }
    },
  );
});
