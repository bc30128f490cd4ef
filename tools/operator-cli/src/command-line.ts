import { parseArgs } from 'node:util';
import { AdminClient } from './admin-client.ts';
import { allWritten } from './all-written.ts';
import { baseUrlOf } from './base-url.ts';
import { CliError, EXIT, usageError } from './cli.error.ts';
import { type Command } from './command.ts';
import { COMMON_OPTIONS } from './common-options.ts';
import { helpOf, overview } from './help.ts';
import { Output } from './output.ts';

/** A command line for operators of a running platform: `npm run NAME -- COMMAND`. */
export interface CommandLine<Admin> {
  readonly name: string;
  /** The purpose, in one line. */
  readonly about: string;
  readonly commands: Readonly<Record<string, Command<Admin>>>;
  /** Exit statuses of this command line in addition to the common ones, with their meanings. */
  readonly statuses?: Readonly<Record<number, string>>;
  /** The page of the documentation that explains how to use it. */
  readonly guide: string;
  readonly admin: (client: AdminClient) => Admin;
}

/** Runs the command that the process's arguments name, then ends the process. A `cli.ts` calls only this function. */
export async function runCommandLine<Admin>(line: CommandLine<Admin>): Promise<never> {
  const args = process.argv.slice(2);
  const output = new Output(args.includes('--json'), process.stdout, process.stderr);
  try {
    process.exitCode = await run(line, args, output);
  } catch (error) {
    process.exitCode = explain(error, output);
  }
  await Promise.all([allWritten(process.stdout), allWritten(process.stderr)]);
  // An idle HTTP connection would keep the process alive.
  process.exit();
}

async function run<Admin>(
  line: CommandLine<Admin>,
  [name = '', ...args]: readonly string[],
  output: Output,
): Promise<number> {
  const command = Object.hasOwn(line.commands, name) ? line.commands[name] : undefined;
  if (command === undefined) {
    const isAsked = ['', '--help', '-h'].includes(name);
    if (!isAsked && output.isJson) {
      const known = Object.keys(line.commands).join(', ');
      throw usageError(`npm run ${line.name} -- COMMAND …: expected one of ${known}, not ${name}`);
    }
    (isAsked ? process.stdout : process.stderr).write(`${overview(line)}\n`);
    return isAsked ? EXIT.done : EXIT.usage;
  }
  const { values, positionals } = parseArgs({
    args,
    options: { ...command.options, ...COMMON_OPTIONS },
    allowPositionals: command.words[1] > 0,
  });
  if (values.help === true) {
    process.stdout.write(`${helpOf(line.name, command)}\n`);
    return EXIT.done;
  }
  if (positionals.length < command.words[0] || positionals.length > command.words[1]) {
    throw usageError(`npm run ${line.name} -- ${command.usage}`);
  }
  const key = values['operator-key'] ?? process.env['OPERATOR_KEY'] ?? 'groundwork-operator';
  return command.run({
    admin: line.admin(new AdminClient(() => baseUrlOf(values), key)),
    output,
    flags: values,
    words: positionals,
  });
}

function explain(error: unknown, output: Output): number {
  const isUsage = String((error as { code?: string }).code).startsWith('ERR_PARSE_ARGS');
  const { message, stack } = error as Error;
  if (isUsage) output.failure('usage', message);
  else if (error instanceof CliError) output.failure(error.code, message);
  else output.failure('unexpected', message, stack ?? message);
  return isUsage ? EXIT.usage : error instanceof CliError ? error.status : EXIT.failed;
}
