import { randomBytes } from 'node:crypto';
import { fromEnvironment, KAFKA_BROKERS } from '../run-servers.ts';
import { createTopic } from './create-topic.ts';

export interface TestKafka {
  readonly brokers: string[];
  /** Returns a name for a topic, group or client that no other test uses. */
  uniqueName(prefix: string): string;
  /** Creates a topic and resolves when a leader serves every partition. */
  createTopic(name: string, partitions: number): Promise<void>;
}

/** Returns the broker that all tests of the run share. */
export async function testKafka(): Promise<TestKafka> {
  return kafkaAt(fromEnvironment(KAFKA_BROKERS).split(','));
}

export function kafkaAt(brokers: string[]): TestKafka {
  return {
    brokers,
    uniqueName: (prefix) => `${prefix}-${randomBytes(5).toString('hex')}`,
    createTopic: (name, partitions) => createTopic(brokers, name, partitions),
  };
}
