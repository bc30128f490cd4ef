import { PARTITIONS } from '../support/group.ts';
import { type NumberedEvent } from '../support/numbered.ts';

const KEYS_OF_PARTITION = 50;
const FAILS_EVERY = 20;
const FAILS_AT = 7;

/** Where letters come from: at once, or after all retries. The events of the other partitions succeed. */
export const PERMANENT = 0;
export const RETRIED = 1;

/** The n-th event of all: partitions and their keys take turns. */
export function plannedEvent(n: number): NumberedEvent {
  const [partition, ofPartition] = [n % PARTITIONS, Math.floor(n / PARTITIONS)];
  const key = `${partition}-${ofPartition % KEYS_OF_PARTITION}`;
  return { key, partition, number: Math.floor(ofPartition / KEYS_OF_PARTITION) };
}

export function failsForGood({ key, partition, number }: NumberedEvent): boolean {
  if (partition !== PERMANENT && partition !== RETRIED) return false;
  return (number * KEYS_OF_PARTITION + indexOf(key)) % FAILS_EVERY === FAILS_AT;
}

/**
 * Nothing that waits for letters is in the way of its key: those of partitions without failures, and, where failing events wait
 * on retry topics, those of keys of which none ever fails. Where letters are put from the events' own topic, its partition waits.
 */
export function mustGoOn({ key, partition }: NumberedEvent): boolean {
  if (partition === PERMANENT) return false;
  return partition !== RETRIED || indexOf(key) % (FAILS_EVERY / 2) !== FAILS_AT;
}

function indexOf(key: string): number {
  return Number(key.split('-')[1]);
}
