export * from './movable-tables.ts';
export * from './own-table.ts';
export * from './refused-tables.ts';
