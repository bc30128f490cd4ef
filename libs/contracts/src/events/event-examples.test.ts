import { describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { mayLack } from '../../test/gained-fields.ts';
import { exampleOf } from '../examples.ts';
import { EVENT_TYPES } from './event-types.ts';

describe('the example events', () => {
  it('are one for each type', () => {
    const examples = readdirSync(new URL('../../examples/', import.meta.url)).map((name) =>
      name.replace(/\.json$/, ''),
    );
    expect(examples.sort()).toEqual(EVENT_TYPES.map(({ type }) => type).sort());
  });

  it.each(EVENT_TYPES.map((eventType) => [eventType.type, eventType] as const))(
    'of %s are what the type describes, to the last field',
    (_type, eventType) => {
      expect(eventType.data.parse(exampleOf(eventType))).toEqual(exampleOf(eventType));
    },
  );

  it.each(EVENT_TYPES.map((eventType) => [eventType.type, eventType] as const))(
    'of %s may gain a field, and may not lose one they always had',
    (type, eventType) => {
      const { data } = eventType;
      const example = exampleOf(eventType) as Record<string, unknown>;
      expect(data.parse({ ...example, addedLater: true })).not.toHaveProperty('addedLater');
      for (const field of Object.keys(example)) {
        expect(data.safeParse({ ...example, [field]: undefined }).success).toBe(mayLack(type, field));
      }
    },
  );
});
