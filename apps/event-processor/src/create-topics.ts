import { allTopics } from '@groundwork/contracts';
import { createTopics } from '@groundwork/messaging';
import { runJob } from '@groundwork/service-kit';
import { z } from 'zod';
import { brokerEnvironment } from './config.ts';

await runJob('create-topics', z.object(brokerEnvironment), ({ KAFKA_BROKERS, RETRY_DELAYS }, logger) =>
  createTopics(KAFKA_BROKERS, allTopics(RETRY_DELAYS), logger),
);
