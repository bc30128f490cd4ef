import { execFileSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { jarsFolder } from '../servers/kafka/kafka-jars.ts';
import { findOnPath } from './find-on-path.ts';

/** A program that the native engine needs on the machine. */
export interface Tool {
  readonly name: string;
  readonly why: string;
  /** Returns a description of the installed program, or undefined when it is missing or too old. */
  find(): string | undefined;
  /** Alternatives, best first: a release of Debian or Ubuntu contains one of them. */
  readonly debianPackages: readonly string[];
  readonly homebrewPackage: string;
}

const OLDEST_JAVA = 17;

export const JAVA: Tool = {
  name: `Java ${OLDEST_JAVA} or newer`,
  why: 'required by Apache Kafka',
  find: () => (javaVersion() >= OLDEST_JAVA ? `Java ${javaVersion()}` : undefined),
  debianPackages: ['openjdk-17-jre-headless', 'default-jre-headless'],
  homebrewPackage: 'openjdk',
};

export const MAVEN: Tool = {
  name: 'Maven',
  why: "fetches Kafka's jars once",
  find: () => (existsSync(jarsFolder()) ? `not needed, ${jarsFolder()} exists` : findOnPath('mvn')),
  debianPackages: ['maven'],
  homebrewPackage: 'maven',
};

export const REDIS: Tool = {
  name: 'redis-server or valkey-server',
  why: 'required for the cache and the state store',
  find: () => findOnPath('redis-server') ?? findOnPath('valkey-server'),
  debianPackages: ['redis-server', 'valkey-server'],
  homebrewPackage: 'redis',
};

/** Debian has it in /usr/sbin, which is not on the PATH of every user. */
const VARNISHD_PLACES = ['/usr/sbin/varnishd', '/usr/local/sbin/varnishd'];

export const VARNISH: Tool = {
  name: 'varnishd',
  why: 'required by tests of the edge',
  find: () => findOnPath('varnishd') ?? VARNISHD_PLACES.find(existsSync),
  debianPackages: ['varnish'],
  homebrewPackage: 'varnish',
};

export const VARNISH_XKEY: Tool = {
  name: "Varnish's module xkey",
  why: 'required by tests of the edge, which purge by tag',
  find: () => globSync('/usr/{lib,lib/*,local/lib}/varnish/vmods/libvmod_xkey.so')[0],
  debianPackages: ['varnish-modules'],
  homebrewPackage: 'varnish-modules',
};

/**
 * Returns the major version of the `java` on PATH, or 0 without one. macOS has a `java` that only says where to get a real
 * one.
 */
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
