/** Fields that were added to an event type later. Consumers still accept older events without them. */
const GAINED: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['com.groundwork.catalogue.price-changed.v1', new Set(['version'])],
  ['com.groundwork.dead-letter.v1', new Set(['errors', 'redriveOf'])],
]);

export function mayLack(type: string, field: string): boolean {
  return GAINED.get(type)?.has(field) === true;
}
