import { PARTITIONS } from '../support/group.ts';
import { type NumberedEvent } from '../support/numbered.ts';

const KEYS_OF_PARTITION = 50;
const FAILS_EVERY = 20;
const FAILS_AT = 7;

/**
 * The partitions whose events become dead letters: at once, or after all retries. The events of the other partitions
 * succeed.
 */
export const PERMANENT = 0;
export const RETRIED = 1;

/** Returns the n-th event of all: partitions, and the keys of a partition, take turns. */
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
 * Returns whether the event must be handled while dead letters wait. This applies to the events of partitions without
 * failures. On the partition where failing events wait on retry topics, it applies to the keys without failures. Where dead
 * letters are made directly from the events' own topic, the whole partition waits.
 */
export function mustGoOn({ key, partition }: NumberedEvent): boolean {
  if (partition === PERMANENT) return false;
  return partition !== RETRIED || indexOf(key) % (FAILS_EVERY / 2) !== FAILS_AT;
}

function indexOf(key: string): number {
  return Number(key.split('-')[1]);
}
