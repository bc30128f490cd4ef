import { type Launch } from '../process/managed-process.ts';
import { javaEnvironment, kafkaJava } from './kafka-java.ts';
import { type KafkaConfigFiles } from './write-kafka-config.ts';

/** Returns how to start the broker on a formatted folder. `heap` are JVM options such as -Xmx256m. */
export function kafkaLaunch(
  jars: string,
  files: KafkaConfigFiles,
  heap: readonly string[] = ['-Xms128m', '-Xmx256m'],
): Launch {
  const jvm = [...heap, `-Dlog4j2.configurationFile=${files.log4j}`];
  const args = kafkaJava(jars, 'kafka.Kafka', [files.properties], jvm);
  return { file: 'java', args, environment: javaEnvironment() };
}
