import {
  DryRunQuery,
  type RedriveJob,
  RedriveJobId,
  type RedriveJobList,
  RequestRedriveJob,
} from '@groundwork/contracts';
import { inTransaction } from '@groundwork/messaging';
import { ZodPipe } from '@groundwork/service-kit';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import {
  cancelRedriveJob,
  listRedriveJobs,
  previewRedriveJob,
  readRedriveJob,
  requestRedriveJob,
} from './redrive-jobs.ts';

const jobId = new ZodPipe(RedriveJobId, { code: 'invalid-id', in: 'path' });

/** Stores requested redrive jobs; `RedriveWorker` runs them. */
@Controller('v1/admin/dead-letter-redrives')
export class RedriveJobsController {
  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  @Post()
  @HttpCode(201)
  async request(
    @Body(new ZodPipe(RequestRedriveJob)) wish: RequestRedriveJob,
    @Query(new ZodPipe(DryRunQuery, { in: 'query' })) { dryRun }: DryRunQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RedriveJob> {
    if (dryRun === 'true') {
      void reply.status(200);
      return inTransaction(this.database, (session) => previewRedriveJob(session, wish));
    }
    const job = await inTransaction(this.database, (session) => requestRedriveJob(session, wish));
    void reply.header('location', `/v1/admin/dead-letter-redrives/${job.id}`);
    return job;
  }

  @Get()
  list(): Promise<RedriveJobList> {
    return inTransaction(this.database, listRedriveJobs);
  }

  @Get(':id')
  read(@Param('id', jobId) id: string): Promise<RedriveJob> {
    return inTransaction(this.database, (session) => readRedriveJob(session, id));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  cancel(@Param('id', jobId) id: string): Promise<RedriveJob> {
    return inTransaction(this.database, (session) => cancelRedriveJob(session, id));
  }
}
