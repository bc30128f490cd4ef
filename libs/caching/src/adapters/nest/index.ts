export { Cached, type CachedOptions, Invalidates } from './cached.decorator.ts';
export { CachingModule, type AsyncCachingOptions, type CachingOptions } from './caching.module.ts';
