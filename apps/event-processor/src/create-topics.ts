import { Topics } from '@groundwork/contracts';
import { createTopics } from '@groundwork/messaging';
import { runJob } from '@groundwork/service-kit';
import { z } from 'zod';
import { brokerEnvironment } from './config.ts';

await runJob('create-topics', z.object(brokerEnvironment), ({ KAFKA_BROKERS }, logger) =>
  createTopics(KAFKA_BROKERS, Object.values(Topics), logger),
);
