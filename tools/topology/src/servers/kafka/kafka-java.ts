import { join } from 'node:path';

/** Options for a small footprint and a fast start: for a broker of one machine, or a short-lived tool. */
const FRUGAL = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-Xss512k'];

/** In a locale such as C, Java cannot open a file whose path contains characters other than ASCII. */
export function javaEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: 'C.UTF-8' };
}

/** Returns the arguments of `java` that run one of Kafka's classes from its jars. */
export function kafkaJava(
  jars: string,
  mainClass: string,
  args: readonly string[],
  jvmOptions: readonly string[],
): string[] {
  return [...FRUGAL, ...jvmOptions, '-cp', join(jars, '*'), mainClass, ...args];
}
