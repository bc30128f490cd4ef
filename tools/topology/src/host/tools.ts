import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { jarsFolder } from '../servers/kafka/kafka-jars.ts';
import { findOnPath } from './find-on-path.ts';

/** A program of the machine that the native engine needs. */
export interface Tool {
  readonly name: string;
  readonly why: string;
  /** What it found, or undefined when it is missing or too old. */
  find(): string | undefined;
  /** Alternatives, best first: a release of Debian or Ubuntu has one or the other. */
  readonly debianPackages: readonly string[];
  readonly homebrewPackage: string;
}

const OLDEST_JAVA = 17;

export const JAVA: Tool = {
  name: `Java ${OLDEST_JAVA} or newer`,
  why: 'Apache Kafka runs on it',
  find: () => (javaVersion() >= OLDEST_JAVA ? `Java ${javaVersion()}` : undefined),
  debianPackages: ['openjdk-17-jre-headless', 'default-jre-headless'],
  homebrewPackage: 'openjdk',
};

export const MAVEN: Tool = {
  name: 'Maven',
  why: "it fetches Kafka's jars, once",
  find: () => (existsSync(jarsFolder()) ? `not needed, ${jarsFolder()} is there` : findOnPath('mvn')),
  debianPackages: ['maven'],
  homebrewPackage: 'maven',
};

export const REDIS: Tool = {
  name: 'redis-server or valkey-server',
  why: 'the cache and the state store',
  find: () => findOnPath('redis-server') ?? findOnPath('valkey-server'),
  debianPackages: ['redis-server', 'valkey-server'],
  homebrewPackage: 'redis',
};

/** The major version of the `java` on PATH; 0 without one. macOS has a `java` that only says where to get a real one. */
function javaVersion(): number {
  if (findOnPath('java') === undefined) return 0;
  try {
    const said = execFileSync('java', ['-XshowSettings:none', '--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return Number(/\b(\d+)[.\s]/.exec(said)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
