import { z } from 'zod';
import { EVENT_TYPES } from '../events/event-types.ts';
import { LetterId } from '../http/dead-letters.ts';
import { PaymentMethod } from '../http/orders.ts';
import { Sku } from '../http/products.ts';
import { Id } from '../ids.ts';
import { Money } from '../money.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * Returns the data of each event type, and the schemas that several types share, as JSON Schema draft 7, the dialect of
 * AsyncAPI. The schemas state what a consumer requires, so they allow additional fields.
 */
export function dataSchemas(): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const { type, data } of EVENT_TYPES) registry.add(data, { id: type });
  for (const shared of [Id, LetterId, Money, PaymentMethod, Sku])
    registry.add(shared, { id: shared.meta()!.id! });
  const { schemas } = z.toJSONSchema(registry, {
    target: 'draft-7',
    io: 'input',
    uri: (id) => `#/components/schemas/${id}`,
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $id: _id, $schema: _schema, ...schema }]) => [id, schema]),
  );
}
