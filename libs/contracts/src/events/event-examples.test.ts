import { describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { mayLack } from '../../test/gained-fields.ts';
import { exampleOf } from '../examples.ts';
import { EVENT_TYPES } from './event-types.ts';

describe('the example events', () => {
  it('cover each event type exactly once', () => {
    const examples = readdirSync(new URL('../../examples/', import.meta.url)).map((name) =>
      name.replace(/\.json$/, ''),
    );
    expect(examples.sort()).toEqual(EVENT_TYPES.map(({ type }) => type).sort());
  });

  it.each(EVENT_TYPES.map((eventType) => [eventType.type, eventType] as const))(
    'of %s match the schema of the type in every field',
    (_type, eventType) => {
      expect(eventType.data.parse(exampleOf(eventType))).toEqual(exampleOf(eventType));
    },
  );

  it.each(EVENT_TYPES.map((eventType) => [eventType.type, eventType] as const))(
    'of %s stay valid with an additional field, and become invalid without a required one',
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
