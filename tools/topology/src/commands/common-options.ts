import { type ParseArgsOptionsConfig } from 'node:util';
import { type Options } from './command.ts';

export const COMMON_OPTIONS: ParseArgsOptionsConfig = {
  help: { type: 'boolean', short: 'h' },
  project: { type: 'string', default: 'main' },
};

export const START_OPTIONS: ParseArgsOptionsConfig = {
  'free-ports': { type: 'boolean' },
  profile: { type: 'string', multiple: true },
};

export function profilesOf({ flags }: Options): readonly string[] {
  return (flags['profile'] as string[] | undefined) ?? [];
}

export const HELP_ON_OPTIONS: Readonly<Record<string, string>> = {
  project:
    '--project NAME   which of several platforms on this machine (default: main); its state is .groundwork/NAME',
  'free-ports': '--free-ports     publish on free ports instead of those of docker-compose.yml',
  profile: '--profile NAME   start the services of this profile too (may be repeated)',
  json: '--json           for programs',
  yes: '--yes            do not ask',
  follow: '-f, --follow     go on with what is written from now on',
  lines: '--lines N        how many lines of the past (default: 100)',
  'base-url':
    '--base-url URL   the gateway of another platform, e.g. http://127.0.0.1:8080 of docker compose up',
};
