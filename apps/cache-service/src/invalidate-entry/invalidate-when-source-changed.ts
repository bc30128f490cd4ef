import { CacheManager } from '@groundwork/caching';
import { CacheInvalidated, type CacheInvalidatedData } from '@groundwork/contracts';
import { type IncomingEvent, KeepEventErrors } from '@groundwork/messaging';
import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { Hearing } from './hearing.ts';

/** Removes entries from L2 and from the L1 of this process after a committed change of the source. */
@Controller()
@UseFilters(KeepEventErrors)
export class InvalidateWhenSourceChanged {
  constructor(
    @Inject(CacheManager) private readonly cache: CacheManager,
    @Inject(Hearing) private readonly hearing: Hearing,
  ) {}

  @EventPattern(CacheInvalidated.type)
  async invalidate(@Payload() event: IncomingEvent<CacheInvalidatedData>): Promise<void> {
    this.hearing.heard(event.offset);
    // Every process receives the event. The first one clears L2, the others only their own L1: if each process cleared L2
    // again, it would remove the entries that were loaded in the meantime.
    // `everywhere` may be false while Redis cannot be reached. This process then sends the change to L2 before it reads L2 again, and all
    // others receive this event as well.
    await this.cache.invalidate({ tags: event.data.tags, once: event.id });
  }
}
