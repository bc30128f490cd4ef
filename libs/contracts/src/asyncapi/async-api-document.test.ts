import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { mayLack } from '../../test/gained-fields.ts';
import { exampleOf } from '../examples.ts';
import { EVENT_TYPES } from '../events/event-types.ts';
import { Topics } from '../events/topics.ts';
import { asyncApiDocument } from './async-api-document.ts';

const document = asyncApiDocument();
const specification = createRequire(import.meta.url)(
  '@asyncapi/specs/schemas/3.0.0-without-$id.json',
) as object;

function validator(): Ajv {
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  return ajv;
}

/** Returns a validator of a type's data, made from the document alone: it does not use zod. */
function dataOf(type: string) {
  return validator()
    .addSchema(document, 'asyncapi')
    .compile({ $ref: `asyncapi#/components/schemas/${type}` });
}

describe('the AsyncAPI document', () => {
  it('is valid AsyncAPI 3.0', () => {
    const ajv = validator();
    ajv.validate(specification, JSON.parse(JSON.stringify(document)));
    expect(ajv.errors).toBeNull();
  });

  it('has a channel for each topic, with the event types that the topic carries', () => {
    const types = Object.values(document.channels).flatMap(({ messages }) => Object.keys(messages));
    expect(Object.keys(document.channels)).toEqual(Object.values(Topics).map(({ name }) => name));
    expect(types.sort()).toEqual(EVENT_TYPES.map(({ type }) => type).sort());
  });

  it.each(EVENT_TYPES.map((eventType) => [eventType.type, eventType] as const))(
    'accepts the example of %s and additional fields, and rejects a missing or mistyped field',
    (type, eventType) => {
      const isValid = dataOf(type);
      const example = exampleOf(eventType) as Record<string, unknown>;
      expect([isValid(example), isValid.errors]).toEqual([true, null]);
      expect(isValid({ ...example, addedLater: true })).toBe(true);
      for (const field of Object.keys(example)) {
        const { [field]: _gone, ...rest } = example;
        expect([field, isValid(rest)]).toEqual([field, mayLack(type, field)]);
        expect([field, isValid({ ...example, [field]: false })]).toEqual([field, false]);
      }
    },
  );
});
