export * from './directory-tables.ts';
export * from './directory.errors.ts';
export * from './initialize-directory.ts';
export * from './ownership.ts';
export * from './read-directory.ts';
export * from './slot-directory.ts';
export * from './slot-tables.ts';
export * from './write-slot-map.ts';
