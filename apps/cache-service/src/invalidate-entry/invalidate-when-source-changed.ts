import { CacheManager } from '@groundwork/caching';
import { CacheInvalidated, type CacheInvalidatedData } from '@groundwork/contracts';
import { type IncomingEvent, KeepEventErrors } from '@groundwork/messaging';
import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { Hearing } from './hearing.ts';

/** The source has changed and is committed: what was made from it is forgotten, in L2 and in this process's L1. */
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
    // Every process gets the event. The first clears L2, the others only their own L1: were L2 cleared again, the entry
    // that the first has loaded meanwhile would be lost, once for each process.
    await this.cache.invalidate({ tags: event.data.tags, once: event.id });
  }
}
