import { join } from 'node:path';

/** Small and quick to start: a broker for one machine, or a tool that ends at once. */
const FRUGAL = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-Xss512k'];

/** The arguments of `java` that run one of Kafka's classes from its jars. */
export function kafkaJava(
  jars: string,
  mainClass: string,
  args: readonly string[],
  jvmOptions: readonly string[],
): string[] {
  return [...FRUGAL, ...jvmOptions, '-cp', join(jars, '*'), mainClass, ...args];
}
