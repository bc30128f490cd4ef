import { z } from 'zod';
import { ConsumerGroupName } from '../http/consumers.ts';
import { LetterId } from '../http/dead-letters.ts';
import { IdempotencyKey } from '../http/orders.ts';
import { Sku } from '../http/products.ts';
import { RedriveJobId } from '../http/redrive-jobs.ts';
import { MoveId } from '../http/shards.ts';
import { Tenant } from '../http/tenants.ts';
import { Id } from '../ids.ts';
import { type JsonSchema, refTo } from './component-schemas.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: JsonSchema;
  readonly description?: string;
}

const pathParameter = (name: string, schema: z.ZodType): Parameter => ({
  name,
  in: 'path',
  required: true,
  schema: refTo(schema),
});

export const idParameter = pathParameter('id', Id);
export const customerParameter = pathParameter('customerId', Id);
export const skuParameter = pathParameter('sku', Sku);
export const moveParameter = pathParameter('id', MoveId);
export const letterParameter = pathParameter('id', LetterId);
export const redriveJobParameter = pathParameter('id', RedriveJobId);
export const groupParameter = pathParameter('group', ConsumerGroupName);
export const tenantParameter = pathParameter('tenant', Tenant);

export const idempotencyKeyParameter: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  schema: plain(IdempotencyKey),
  description:
    'The client chooses one key for each order that it intends to place. A retry with the same key within seven days gets the same answer.',
};

export const ifNoneMatchParameter: Parameter = {
  name: 'If-None-Match',
  in: 'header',
  required: false,
  schema: { type: 'string' },
  description:
    'The ETag of an earlier answer, a list of them, or `*`. The answer is a 304 without a body if one of them is current.',
};

export const signUpKeyParameter: Parameter = {
  ...idempotencyKeyParameter,
  required: false,
  description:
    'The client chooses one key for each customer that it intends to create. A retry with the same key and body gets the same customer; without a key, a repeated sign-up gets a 409.',
};

export const viewKeyParameter: Parameter = {
  ...idempotencyKeyParameter,
  required: false,
  description:
    'The client chooses one key for each view. A retry with the same key within a day counts once; without a key, a retry after a lost answer may count twice.',
};

const conditionParameter = (name: string, description: string): Parameter => ({
  ...{ name, in: 'header', required: false, schema: { type: 'string' }, description },
});

export const ifMatchParameter = conditionParameter(
  'If-Match',
  'Writes only if the resource is in one of these versions (the ETag of a response); * for any version.',
);
export const ifNoneMatchOfWriteParameter = conditionParameter(
  'If-None-Match',
  '* writes only if there is no resource.',
);

/**
 * Returns each field of a query schema as a parameter. A field with a default is optional; a named schema becomes a `$ref`.
 */
export function queryParameters(query: z.ZodObject): Parameter[] {
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input' });
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: namedSchema(query.shape[name] as z.ZodType) ?? (schema as JsonSchema),
  }));
}

function namedSchema(field: z.ZodType): JsonSchema | undefined {
  const inner = field instanceof z.ZodOptional ? (field.unwrap() as z.ZodType) : field;
  return inner.meta()?.id === undefined ? undefined : refTo(inner);
}

function plain(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema);
  return rest;
}
