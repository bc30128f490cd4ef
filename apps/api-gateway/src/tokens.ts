/** Injection tokens for values that have no class. */
export const CONFIG = Symbol('gateway configuration');
export const ROUTES = Symbol('routes');
