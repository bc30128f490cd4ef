import { CacheHeartbeat } from './cache-heartbeat.ts';
import { CacheInvalidated } from './cache-invalidated.ts';
import { DeadLettered } from './dead-lettered.ts';
import { type EventType } from './event-type.ts';
import { OrderPlaced } from './order-placed.ts';
import { PaymentDeclined } from './payment-declined.ts';
import { PaymentSettled } from './payment-settled.ts';
import { PriceChanged } from './price-changed.ts';
import { StockRejected } from './stock-rejected.ts';
import { StockReserved } from './stock-reserved.ts';

/** Every event type of the platform. A consumer looks up the topic and the data of a type here. */
export const EVENT_TYPES: readonly EventType<unknown>[] = [
  OrderPlaced,
  StockReserved,
  StockRejected,
  PaymentSettled,
  PaymentDeclined,
  PriceChanged,
  CacheInvalidated,
  CacheHeartbeat,
  DeadLettered,
];
