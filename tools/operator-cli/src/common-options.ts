import { type CliOption } from './command.ts';

export const DRY_RUN: CliOption = { type: 'boolean', about: 'show what would be done, without doing it' };

/** The options of every command. */
export const COMMON_OPTIONS = {
  help: { type: 'boolean', short: 'h', about: 'show this help' },
  json: {
    type: 'boolean',
    about: 'print only the result, as JSON; errors as JSON on standard error',
  },
  'base-url': {
    type: 'string',
    value: 'URL',
    about: 'the gateway (default: the one of npm start; docker compose: http://127.0.0.1:8080)',
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
