import { testKafka } from '@groundwork/testing';
import { expect, it } from '@jest/globals';
import { Kafka } from 'kafkajs';
import { SILENT } from '../../test/silent-logger.ts';
import { createTopics } from './create-topics.ts';

const DAY_MS = 86_400_000;

it('creates topics that keep events for their retention, plus at most half a day until their segment is complete', async () => {
  const kafka = await testKafka();
  const name = kafka.uniqueName('kept');
  await createTopics(kafka.brokers, [{ name, partitions: 1, retentionMs: 7 * DAY_MS }], SILENT);
  const admin = new Kafka({ brokers: kafka.brokers, logLevel: 0 }).admin();
  await admin.connect();
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: 2, name, configNames: ['retention.ms', 'segment.ms'] }],
  });
  await admin.disconnect();
  const configured = Object.fromEntries(
    resources[0]!.configEntries.map(({ configName, configValue }) => [configName, Number(configValue)]),
  );
  expect(configured).toEqual({ 'retention.ms': 7 * DAY_MS, 'segment.ms': DAY_MS / 2 });
});
