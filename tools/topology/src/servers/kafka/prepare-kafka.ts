import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type KafkaConfigFiles } from './write-kafka-config.ts';
import { javaEnvironment, kafkaJava } from './kafka-java.ts';

/**
 * Formats the log folder for KRaft unless it is already formatted. `--ignore-formatted` repairs a folder after a run that
 * was killed during the formatting.
 */
export async function prepareKafka(
  jars: string,
  files: KafkaConfigFiles,
  options: { clusterId: string; logFolder: string },
): Promise<void> {
  if (existsSync(join(options.logFolder, 'meta.properties'))) return;
  const args = ['format', '--ignore-formatted', '-t', options.clusterId, '-c', files.properties];
  const jvm = ['-Xmx128m', `-Dlog4j2.configurationFile=${files.log4j}`];
  const words = kafkaJava(jars, 'kafka.tools.StorageTool', args, jvm);
  await promisify(execFile)('java', words, { env: javaEnvironment() });
}
