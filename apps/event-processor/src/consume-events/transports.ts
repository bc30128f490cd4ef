/**
 * The consumers of this app. Each handler names its consumer, `@EventPattern(type, SHOP_EVENTS)`. Nest registers a handler
 * without a name with every consumer.
 */
export const SHOP_EVENTS = Symbol('shop-events');
export const DEAD_LETTERS = Symbol('dead-letters');
