/** `npm run shards -- COMMAND`: shards, and slots that move between them. */
import { parseArgs } from 'node:util';
import { AdminClient } from './admin-client.ts';
import { baseUrlOf } from './base-url.ts';
import { COMMON_OPTIONS, type Command, HELP_ON_OPTIONS } from './command.ts';
import { add } from './commands/add.ts';
import { move } from './commands/move.ts';
import { plan } from './commands/plan.ts';
import { rebalance } from './commands/rebalance.ts';
import { status } from './commands/status.ts';
import { drop, reverse, switchOver, verify } from './commands/wishes.ts';
import { Output } from './output.ts';
import { EXIT, ShardsError } from './shards.error.ts';

const COMMANDS: Readonly<Record<string, Command>> = {
  status,
  plan,
  add,
  move,
  verify,
  switch: switchOver,
  reverse,
  drop,
  rebalance,
};

async function main([name = '', ...args]: readonly string[]): Promise<number> {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    const isAsked = ['', '--help', '-h'].includes(name);
    (isAsked ? process.stdout : process.stderr).write(`${overview()}\n`);
    return isAsked ? EXIT.done : EXIT.usage;
  }
  const { values, positionals } = parseArgs({
    args,
    options: { ...COMMON_OPTIONS, ...command.options },
    allowPositionals: command.words[1] > 0,
  });
  if (values['help'] === true) {
    process.stdout.write(`${helpOf(command)}\n`);
    return EXIT.done;
  }
  if (positionals.length < command.words[0] || positionals.length > command.words[1]) {
    throw new ShardsError('usage', EXIT.usage, `npm run shards -- ${command.usage}`);
  }
  const key = (values['operator-key'] ?? process.env['OPERATOR_KEY'] ?? 'groundwork-operator') as string;
  return command.run({
    admin: new AdminClient(baseUrlOf(values), key),
    output: new Output(values['json'] === true, process.stdout, process.stderr),
    flags: values,
    words: positionals,
  });
}

function overview(): string {
  return [
    'npm run shards -- COMMAND [OPTIONS]: the shards of the running platform, and slots that move between them.',
    '',
    ...Object.values(COMMANDS).map(({ usage, about }) => `  ${usage.padEnd(32)}${about}`),
    '',
    '  Exit status: 0 done, 1 failed, 2 wrong usage, 3 refused, 4 both sides differ, 5 the platform cannot be reached.',
    '  A way through: docs/sharding.md. --help after a command shows its options.',
  ].join('\n');
}

function helpOf({ usage, about, options }: Command): string {
  const names = [...Object.keys(options), ...Object.keys(COMMON_OPTIONS)];
  return [
    `npm run shards -- ${usage}`,
    '',
    about,
    '',
    ...names.map((name) => `  ${HELP_ON_OPTIONS[name]}`),
  ].join('\n');
}

function explain(error: unknown, isJson: boolean): number {
  const isUsage = String((error as { code?: string }).code).startsWith('ERR_PARSE_ARGS');
  const isOurs = error instanceof ShardsError || isUsage;
  const code = isUsage ? 'usage' : isOurs ? (error as ShardsError).code : 'unexpected';
  const { message, stack } = error as Error;
  const text = isJson ? JSON.stringify({ code, message }) : isOurs ? message : (stack ?? message);
  process.stderr.write(`${text}\n`);
  return isUsage ? EXIT.usage : error instanceof ShardsError ? error.status : EXIT.failed;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = explain(error, process.argv.includes('--json'));
}
// An idle HTTP connection is of no use any more.
process.exit();
