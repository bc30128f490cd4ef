import { type ParseArgsOptionsConfig } from 'node:util';
import { type AdminClient } from './admin-client.ts';
import { type Output } from './output.ts';

export interface Invocation {
  readonly admin: AdminClient;
  readonly output: Output;
  readonly flags: Readonly<Record<string, unknown>>;
  readonly words: readonly string[];
}

/** One command. Resolves with the exit status; what it found goes to `output`. */
export interface Command {
  readonly usage: string;
  readonly about: string;
  readonly options: ParseArgsOptionsConfig;
  /** How many words it takes at least and at most. */
  readonly words: readonly [least: number, most: number];
  run(invocation: Invocation): Promise<number>;
}

export const HELP_ON_OPTIONS: Readonly<Record<string, string>> = {
  json: '--json              print what was found as JSON, and nothing else; errors as JSON on standard error',
  'base-url':
    '--base-url URL      the gateway (default: that of npm start; docker compose: http://127.0.0.1:8080)',
  'operator-key': '--operator-key KEY  default: $OPERATOR_KEY, else the key of a local platform',
  project: '--project NAME      which platform of npm start (default: main)',
  'dry-run': '--dry-run           say what would be done, and do nothing',
  detach: '--detach            ask for it and do not wait; npm run shards -- status shows how far it is',
  url: '--url URL           the address of the database, as the services reach it',
  to: '--to SHARD          where the slots go',
  slots: '--slots RANGES      which slots, e.g. 0-511,600',
  'chunk-slots': '--chunk-slots N     how many slots are switched under one lock (default: 8)',
  epoch: '--epoch N           refuse unless the slot map is still the one that was planned for',
  all: '--all               finished moves, too',
  help: '-h, --help          this',
};

export const COMMON_OPTIONS: ParseArgsOptionsConfig = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  'base-url': { type: 'string' },
  'operator-key': { type: 'string' },
  project: { type: 'string', default: 'main' },
};
