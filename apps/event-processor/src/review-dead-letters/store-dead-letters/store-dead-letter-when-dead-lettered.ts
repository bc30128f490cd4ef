import { DeadLettered, type DeadLetteredData } from '@groundwork/contracts';
import { type IncomingEvent, KeepEventErrors } from '@groundwork/messaging';
import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { DEAD_LETTERS } from '../../consume-events/transports.ts';
import { DeadLetterStore } from './dead-letter-store.ts';

/** Stores the dead letters of every consumer for the review. The id makes storing idempotent, so no inbox is needed. */
@Controller()
@UseFilters(KeepEventErrors)
export class StoreDeadLetterWhenDeadLettered {
  constructor(@Inject(DeadLetterStore) private readonly store: DeadLetterStore) {}

  @EventPattern(DeadLettered.type, DEAD_LETTERS)
  storeDeadLetterWhenDeadLettered(@Payload() event: IncomingEvent<DeadLetteredData>): Promise<void> {
    return this.store.put(event.data);
  }
}
