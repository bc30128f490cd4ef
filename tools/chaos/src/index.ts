export { type Writings } from './writers/messages.ts';
export { Writers } from './writers/writers.ts';
