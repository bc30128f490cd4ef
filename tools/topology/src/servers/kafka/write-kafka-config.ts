import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface KafkaConfigFiles {
  readonly properties: string;
  readonly log4j: string;
}

const LOG4J = `Configuration:
  status: error
  Appenders: { Console: { name: STDOUT, PatternLayout: { pattern: "[%d] %p %m (%c)%n" } } }
  Loggers: { Root: { level: warn, AppenderRef: [ { ref: STDOUT } ] } }
`;

/** Writes server.properties and a quiet log configuration into `folder`. */
export function writeKafkaConfig(folder: string, settings: Record<string, string>): KafkaConfigFiles {
  mkdirSync(folder, { recursive: true });
  const files = { properties: join(folder, 'server.properties'), log4j: join(folder, 'log4j2.yaml') };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${escape(value)}\n`);
  writeFileSync(files.properties, lines.join(''));
  writeFileSync(files.log4j, LOG4J);
  return files;
}

/** Java reads a properties file as Latin-1: other characters would refer to a different folder. */
function escape(value: string): string {
  const hex = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  // Without the flag `u`, a character outside the basic plane is two code units, as Java expects.
  return value.replaceAll('\\', '\\\\').replaceAll(/[^ -~]/g, hex);
}
