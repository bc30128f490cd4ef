import { CacheHeartbeat, type CacheHeartbeatData } from '@groundwork/contracts';
import { type IncomingEvent, KeepEventErrors } from '@groundwork/messaging';
import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { Hearing } from './hearing.ts';
import { Heartbeat } from './heartbeat.ts';

/**
 * Records heartbeats. One of this process proves that it receives messages. With one of another process it may know that L2 has every change.
 */
@Controller()
@UseFilters(KeepEventErrors)
export class NoticeHeartbeat {
  constructor(
    @Inject(Hearing) private readonly hearing: Hearing,
    @Inject(Heartbeat) private readonly heartbeat: Heartbeat,
  ) {}

  @EventPattern(CacheHeartbeat.type)
  async notice(@Payload() event: IncomingEvent<CacheHeartbeatData>): Promise<void> {
    const { process, sentAtMs } = event.data;
    if (process !== this.heartbeat.process) return this.hearing.heardHeartbeat(event);
    await this.hearing.heardOwnHeartbeat(event, sentAtMs);
  }
}
