import { z } from 'zod';
import { Sku } from '../http/products.ts';
import { EventPrice } from './bounds.ts';
import { type EventType } from './event-type.ts';
import { Topics } from './topics.ts';

export const PriceChangedData = z.object({
  sku: Sku,
  price: EventPrice,
  /**
   * Numbers the prices of a product from 1: a lower version must not replace a higher one. Absent in events from before
   * versions.
   */
  version: z.int32().min(1).optional(),
});
export type PriceChangedData = z.infer<typeof PriceChangedData>;

export const PriceChanged = {
  type: 'com.groundwork.catalogue.price-changed.v1',
  summary:
    'A product has a new price on all order shards. Published by order-service; event-processor sells at the new price from then on.',
  topic: Topics.catalogue.name,
  data: PriceChangedData,
} as const satisfies EventType<PriceChangedData>;
