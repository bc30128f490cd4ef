import { type DeadLetterRecord, RETRY_HEADERS } from '@groundwork/dlq';
import { type IncomingEvent } from '@groundwork/messaging';
import { KeyLog } from '../support/key-log.ts';
import { numberIn } from '../support/noted-letters.ts';
import { type Numbered, type NumberedEvent } from '../support/numbered.ts';
import { Refused } from '../support/refused.ts';
import { failsForGood, mustGoOn, PERMANENT } from './planned-events.ts';
import { Unlettered } from './unlettered.ts';

/** Records what the consumer does with each event. */
export class Observed {
  readonly unlettered = new Unlettered();
  readonly log = new KeyLog();
  readonly handled = new Set<string>();
  readonly #attempts: number;
  #besideLetters = 0;

  /** @param attempts of an event that always fails with a retryable error */
  constructor(attempts: number) {
    this.#attempts = attempts;
  }

  /** Handled events of the partition that waits for its dead letters. */
  get besideLetters(): number {
    return this.#besideLetters;
  }

  /** The handler. */
  handle(event: IncomingEvent<Numbered>): void {
    const { key, partition, data } = event;
    const planned: NumberedEvent = { key, partition, number: data.number };
    this.log.tried(key, data.number);
    if (failsForGood(planned)) this.#fail(event);
    this.handled.add(nameOf(planned));
    this.log.finished(key, data.number);
    if (partition === PERMANENT) this.#besideLetters += 1;
  }

  lettered(letter: DeadLetterRecord): void {
    this.unlettered.lettered(letter.eventId ?? '');
    this.log.finished(letter.key ?? '', numberIn(letter));
  }

  /**
   * Returns how many of these events should continue without waiting for dead letters, and how many of those are not handled
   * yet.
   */
  heldUpOf(events: readonly NumberedEvent[]): { readonly shouldGoOn: number; readonly heldUp: number } {
    const expected = events.filter(mustGoOn);
    const heldUp = expected.filter((event) => !this.handled.has(nameOf(event))).length;
    return { shouldGoOn: expected.length, heldUp };
  }

  #fail(event: IncomingEvent<Numbered>): never {
    const isPermanent = event.partition === PERMANENT;
    const attempt = 1 + Number(event.headers[RETRY_HEADERS.attempts] ?? 0);
    if (isPermanent || attempt === this.#attempts) this.unlettered.gaveUp(event.id, event);
    throw new Refused(isPermanent ? 'never' : 'not-yet', !isPermanent);
  }
}

export function nameOf({ key, number }: Pick<NumberedEvent, 'key' | 'number'>): string {
  return `${key}#${number}`;
}
