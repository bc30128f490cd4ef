import { Controller, Get, Inject, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { HealthRegistry, type HealthReport } from './health-registry.ts';

/** Endpoints for the probes of an orchestrator. `no-store`: a cached answer would keep a dead instance in service. */
@Controller('health')
export class HealthController {
  constructor(@Inject(HealthRegistry) private readonly health: HealthRegistry) {}

  @Get('live')
  async live(@Res() reply: FastifyReply): Promise<void> {
    await answer(reply, await this.health.live());
  }

  @Get('ready')
  async ready(@Res() reply: FastifyReply): Promise<void> {
    await answer(reply, await this.health.ready());
  }
}

async function answer(reply: FastifyReply, report: HealthReport): Promise<void> {
  await reply
    .status(report.status === 'unavailable' ? 503 : 200)
    .header('cache-control', 'no-store')
    .send(report);
}
