import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { TopologyError } from '../../topology.error.ts';
import { javaEnvironment } from './kafka-java.ts';

const POM = fileURLToPath(new URL('../../../../../infra/kafka/pom.xml', import.meta.url));

/** Returns the version that infra/kafka/pom.xml pins. */
export function kafkaVersion(): string {
  const version = /<artifactId>kafka<\/artifactId>\s*<version>([^<]+)</.exec(readFileSync(POM, 'utf8'))?.[1];
  if (version === undefined) throw new TopologyError('kafka-version', `${POM} does not name a version`);
  return version;
}

/** Returns the folder with Kafka's jars. Maven fetches them the first time; all checkouts of this user share them. */
export async function kafkaJars(): Promise<string> {
  const folder = jarsFolder();
  if (!existsSync(folder)) await fetchInto(folder);
  return folder;
}

export function jarsFolder(): string {
  return join(
    process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'),
    'groundwork',
    `kafka-${kafkaVersion()}`,
  );
}

/**
 * Two processes may fetch at the same time: each fills its own folder, the first rename succeeds, and other processes never
 * see an incomplete folder.
 */
async function fetchInto(folder: string): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true });
  const mine = mkdtempSync(`${folder}.`);
  try {
    await runMaven(mine);
    renameSync(mine, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(mine, { recursive: true, force: true });
  }
}

async function runMaven(output: string): Promise<void> {
  const args = [
    '-q',
    '-B',
    '-f',
    POM,
    'dependency:copy-dependencies',
    `-DoutputDirectory=${output}`,
    '-DincludeScope=runtime',
  ];
  try {
    await promisify(execFile)('mvn', args, { timeout: 10 * 60_000, env: javaEnvironment() });
  } catch (cause) {
    const said = (cause as { stdout?: string }).stdout?.trim().split('\n').slice(0, 5).join('\n') ?? '';
    throw new TopologyError(
      'kafka-fetch',
      `Maven could not fetch Apache Kafka ${kafkaVersion()}: ${String(cause)}\n${said}`,
      {
        cause,
        retryable: true,
      },
    );
  }
  if (!readdirSync(output).some((name) => name.startsWith('kafka-tools-'))) {
    throw new TopologyError('kafka-fetch', `Maven did not copy the Kafka jars to ${output}`);
  }
}
