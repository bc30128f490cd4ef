export * from './murmur3.ts';
export * from './slot-of.ts';
