/**
 * The consumers of this app. A handler names the one it belongs to, `@EventPattern(type, SHOP_EVENTS)`: Nest would give a
 * handler without to every consumer, and its event to each.
 */
export const SHOP_EVENTS = Symbol('shop-events');
export const DEAD_LETTERS = Symbol('dead-letters');
