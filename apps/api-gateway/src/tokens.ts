/** Injection tokens of what is no class. */
export const CONFIG = Symbol('gateway configuration');
export const ROUTES = Symbol('routes');
