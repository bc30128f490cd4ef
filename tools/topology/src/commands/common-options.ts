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
    '--project NAME   the platform, if several run on this machine (default: main); its state is .groundwork/NAME',
  'free-ports': '--free-ports     publish on free ports instead of those of docker-compose.yml',
  profile: '--profile NAME   start the services of this profile too (may be repeated)',
  json: '--json           print JSON',
  yes: '--yes            do not ask',
  follow: '-f, --follow     continue to print new lines',
  lines: '--lines N        number of earlier lines (default: 100)',
  'base-url':
    '--base-url URL   the gateway of another platform, e.g. http://127.0.0.1:8080 of docker compose up',
};
