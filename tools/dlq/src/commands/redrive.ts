import { BY, type CliOption, DRY_RUN, usageError } from '@groundwork/operator-cli';
import { type Command, type Flags, type Invocation } from '../command.ts';
import { FILTER_OPTIONS } from '../options/filter.ts';
import { cancelJob, comeBackToJob, listJobs } from '../redrive/redrive-jobs.ts';
import { redriveMany } from '../redrive/redrive-many.ts';
import { redriveOne } from '../redrive/redrive-one.ts';

const FILTERS = Object.keys(FILTER_OPTIONS) as (keyof typeof FILTER_OPTIONS)[];

const OPTIONS = {
  payload: {
    type: 'string',
    value: 'FILE',
    about: 'for one dead letter: send this JSON instead (-: standard input)',
  },
  all: { type: 'boolean', about: 'every open dead letter' },
  ...FILTER_OPTIONS,
  rate: { type: 'string', value: 'N', about: 'dead letters a second, at most 1000 (default: 50)' },
  by: BY,
  'dry-run': DRY_RUN,
  detach: { type: 'boolean', about: 'send the request without waiting; --job ID follows the redrive' },
  jobs: { type: 'boolean', about: 'list the running redrives, then the latest ones' },
  job: { type: 'string', value: 'ID', about: 'follow a redrive until it ends' },
  cancel: { type: 'string', value: 'ID', about: 'stop a redrive; events that it has sent stay sent' },
} as const satisfies Readonly<Record<string, CliOption>>;

type OptionName = keyof typeof OPTIONS;

/** A form of the command: how it is recognized, and the options that it accepts. */
interface Meaning {
  readonly said: (flags: Flags, words: readonly string[]) => string | undefined;
  readonly takes: readonly OptionName[];
  readonly run: (invocation: Invocation) => Promise<number>;
}

const optionSaid = (name: OptionName) => (flags: Flags) =>
  flags[name] === undefined ? undefined : `--${name}`;

const MEANINGS: readonly Meaning[] = [
  { said: (_, words) => words[0], takes: ['payload', 'by', 'dry-run'], run: redriveOne },
  { said: optionSaid('all'), takes: ['all', 'rate', 'by', 'dry-run', 'detach'], run: redriveMany },
  {
    said: (flags) => FILTERS.filter((name) => flags[name] !== undefined).map((name) => `--${name}`)[0],
    takes: [...FILTERS, 'rate', 'by', 'dry-run', 'detach'],
    run: redriveMany,
  },
  { said: optionSaid('jobs'), takes: ['jobs'], run: listJobs },
  { said: optionSaid('job'), takes: ['job'], run: comeBackToJob },
  { said: optionSaid('cancel'), takes: ['cancel'], run: cancelJob },
];

export const redrive: Command = {
  usage: 'redrive ID | FILTER … | --all',
  about:
    'sends one event again, optionally edited, or many at a rate; --job follows a redrive, --cancel stops it',
  options: OPTIONS,
  words: [0, 1],

  run: async (invocation) => meaningOf(invocation).run(invocation),
};

/** Two forms at once, or an option of another form, are ambiguous, so the command is rejected and nothing is sent. */
function meaningOf({ flags, words }: Invocation): Meaning {
  const said = MEANINGS.flatMap((meaning) => {
    const by = meaning.said(flags, words);
    return by === undefined ? [] : [{ by, meaning }];
  });
  const [first, second] = said;
  if (first === undefined) {
    throw usageError(
      'name dead letters: redrive ID, redrive --type TYPE (or another filter), or redrive --all',
    );
  }
  if (second !== undefined) throw usageError(`${first.by} and ${second.by} cannot be combined`);
  const given = (Object.keys(OPTIONS) as OptionName[]).filter((name) => flags[name] !== undefined);
  const stray = given.find((name) => !first.meaning.takes.includes(name));
  if (stray !== undefined) throw usageError(`--${stray} cannot be combined with ${first.by}`);
  return first.meaning;
}
