import { inTransaction } from '@groundwork/messaging';
import { LOGGER, type Logger, Shutdown } from '@groundwork/service-kit';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Repeating } from '../background/repeating.ts';
import { continueRedriveJob } from './continue-redrive-job.ts';

/** Runs redrive jobs on every instance. The row locks of the database distribute them. */
@Injectable()
export class RedriveWorker implements OnApplicationBootstrap {
  private readonly repeating: Repeating;

  constructor(
    @Inject(DataSource) database: DataSource,
    @Inject(LOGGER) logger: Logger,
    @Inject(Shutdown) shutdown: Shutdown,
  ) {
    this.repeating = new Repeating('redrive', logger, () =>
      inTransaction(database, (session) => continueRedriveJob(session, logger)),
    );
    shutdown.on('drain-consumers', 'redrive', () => this.repeating.stop());
  }

  onApplicationBootstrap(): void {
    this.repeating.start();
  }
}
