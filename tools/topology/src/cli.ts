/** `npm start`, `npm run up`, … : the native engine at the command line. */
import { type Command } from './commands/command.ts';
import { COMMON_OPTIONS, HELP_ON_OPTIONS } from './commands/common-options.ts';
import { doctor } from './commands/doctor.ts';
import { down } from './commands/down.ts';
import { job } from './commands/job.ts';
import { journey } from './commands/journey.ts';
import { logs } from './commands/logs.ts';
import { reset } from './commands/reset.ts';
import { runner } from './commands/runner.ts';
import { start } from './commands/start.ts';
import { status } from './commands/status.ts';
import { up } from './commands/up.ts';
import { say } from './host/say.ts';
import { TopologyError } from './topology.error.ts';
import { parseOptions } from '../../run/parse-options.mjs';

const COMMANDS: Readonly<Record<string, Command>> = {
  start,
  up,
  down,
  status,
  logs,
  journey,
  job,
  reset,
  doctor,
  runner,
};

async function main([name = '', ...args]: readonly string[]): Promise<number> {
  const command = COMMANDS[name];
  if (command === undefined) {
    say(overview());
    return name === '' || name === '--help' || name === '-h' ? 0 : 2;
  }
  const [own, passed] = splitArguments(command, args);
  const { values, positionals } = parseOptions({
    args: own,
    options: { ...COMMON_OPTIONS, ...command.options },
    allowPositionals: command.usage.includes('['),
  });
  if (values['help'] === true) {
    say(helpOf(command));
    return 0;
  }
  const project = String(values['project']);
  if (!/^[a-z0-9][a-z0-9-]{0,30}$/.test(project)) {
    throw new TopologyError(
      'invalid-project',
      `--project ${project}: expected lower-case letters, digits and dashes`,
    );
  }
  return command.run({ project, flags: values, words: [...positionals, ...passed] });
}

/** Splits `--project p migrate-orders --plan` into the command's own arguments and those of its first word. */
function splitArguments({ passesArguments }: Command, args: readonly string[]): [string[], string[]] {
  if (passesArguments !== true) return [[...args], []];
  const word = args.findIndex((arg, index) => !arg.startsWith('-') && args[index - 1] !== '--project');
  return word < 0 ? [[...args], []] : [args.slice(0, word + 1), args.slice(word + 1)];
}

function overview(): string {
  const shown = Object.values(COMMANDS).filter(({ about }) => about !== '');
  return [
    'Runs the platform of docker-compose.yml as processes of this machine.',
    '',
    ...shown.map(({ usage, about }) => `  ${usage.padEnd(30)}${about}`),
  ].join('\n');
}

function helpOf({ usage, about, options = {} }: Command): string {
  const lines = ['project', ...Object.keys(options)].map(
    (name) => `  ${HELP_ON_OPTIONS[name] ?? `--${name}`}`,
  );
  return [`${usage}${usage.includes('--') ? '' : ' [-- OPTIONS]'}`, '', about, '', ...lines].join('\n');
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isExpected = error instanceof TopologyError;
  process.stderr.write(
    `${isExpected ? (error as Error).message : ((error as Error).stack ?? String(error))}\n`,
  );
  process.exitCode = 1;
}
// An open handle, such as an idle HTTP connection or a watched file, would keep the process alive.
process.exit();
