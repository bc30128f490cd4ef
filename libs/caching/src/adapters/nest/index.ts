export { Cached, type CachedOptions, Invalidates, useCache } from './cached.decorator.ts';
export { CachingModule, type AsyncCachingOptions, type CachingOptions } from './caching.module.ts';
