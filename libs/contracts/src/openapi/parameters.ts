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
    'Chosen by the client, one for each order it means to place; repeating it within seven days repeats the answer.',
};

export const signUpKeyParameter: Parameter = {
  ...idempotencyKeyParameter,
  required: false,
  description:
    'Chosen by the client, one for each customer it means to create. Repeating it with the same body gives the same customer; without it, a repeated sign-up is 409.',
};

/** Each field of a query schema as a parameter; one with a default is optional. A schema with a name is referred to by it. */
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
