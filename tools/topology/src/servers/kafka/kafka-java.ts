import { join } from 'node:path';

/** Small and quick to start: a broker for one machine, or a tool that ends at once. */
const FRUGAL = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-Xss512k'];

/** In a locale such as C, Java cannot open a file whose path holds other characters than ASCII. */
export function javaEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: 'C.UTF-8' };
}

/** The arguments of `java` that run one of Kafka's classes from its jars. */
export function kafkaJava(
  jars: string,
  mainClass: string,
  args: readonly string[],
  jvmOptions: readonly string[],
): string[] {
  return [...FRUGAL, ...jvmOptions, '-cp', join(jars, '*'), mainClass, ...args];
}
