import { z } from 'zod';
import { Sku } from '../http/products.ts';
import { EventPrice } from './bounds.ts';
import { type EventType } from './event-type.ts';
import { Topics } from './topics.ts';

export const PriceChangedData = z.object({
  sku: Sku,
  price: EventPrice,
  /** The prices of a product are counted from 1: a later one is not to be replaced. Events from before they were have none. */
  version: z.int32().min(1).optional(),
});
export type PriceChangedData = z.infer<typeof PriceChangedData>;

export const PriceChanged = {
  type: 'com.groundwork.catalogue.price-changed.v1',
  summary:
    'A product has a new price, on all shards of orders. Published by order-service; event-processor sells at it from then on.',
  topic: Topics.catalogue.name,
  data: PriceChangedData,
} as const satisfies EventType<PriceChangedData>;
