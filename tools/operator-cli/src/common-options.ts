import { type CliOption } from './command.ts';

export const DRY_RUN: CliOption = { type: 'boolean', about: 'say what would be done, and do nothing' };

/** What every command understands. */
export const COMMON_OPTIONS = {
  help: { type: 'boolean', short: 'h', about: 'this' },
  json: {
    type: 'boolean',
    about: 'print what was found as JSON, and nothing else; errors as JSON on standard error',
  },
  'base-url': {
    type: 'string',
    value: 'URL',
    about: 'the gateway (default: that of npm start; docker compose: http://127.0.0.1:8080)',
  },
  'operator-key': {
    type: 'string',
    value: 'KEY',
    about: 'default: $OPERATOR_KEY, else the key of a local platform',
  },
  project: {
    type: 'string',
    value: 'NAME',
    default: 'main',
    about: 'which platform of npm start (default: main)',
  },
} as const satisfies Readonly<Record<string, CliOption>>;
