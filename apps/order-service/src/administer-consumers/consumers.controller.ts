import {
  type Consumer,
  ConsumerGroupName,
  PauseConsumer,
  type PausedConsumer,
  ResumeConsumer,
} from '@groundwork/contracts';
import { ConsumerAdmin } from '@groundwork/messaging';
import { ZodPipe } from '@groundwork/service-kit';
import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { askConsumers } from './consumer-problem.ts';

const groupName = new ZodPipe(ConsumerGroupName, { code: 'invalid-id', in: 'path' });

/**
 * Administers the group of this service: the gateway routes `order-service` here by its name. event-processor lists all
 * groups.
 */
@Controller('v1/admin/consumers')
export class ConsumersController {
  constructor(@Inject(ConsumerAdmin) private readonly consumers: ConsumerAdmin) {}

  @Get(':group')
  read(@Param('group', groupName) group: string): Promise<Consumer> {
    return askConsumers(() => this.consumers.read(group));
  }

  @Post(':group/pause')
  @HttpCode(200)
  pause(
    @Param('group', groupName) group: string,
    @Body(new ZodPipe(PauseConsumer)) wish: PauseConsumer,
  ): Promise<PausedConsumer> {
    return askConsumers(() => this.consumers.pause(group, wish));
  }

  @Post(':group/resume')
  @HttpCode(200)
  resume(
    @Param('group', groupName) group: string,
    @Body(new ZodPipe(ResumeConsumer)) wish: ResumeConsumer,
  ): Promise<PausedConsumer> {
    return askConsumers(() => this.consumers.resume(group, wish));
  }
}
