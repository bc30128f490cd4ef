import { type CliOption, type Command } from './command.ts';
import { type CommandLine } from './command-line.ts';
import { COMMON_OPTIONS } from './common-options.ts';

const STATUSES: Readonly<Record<number, string>> = {
  0: 'done',
  1: 'failed',
  2: 'wrong usage',
  3: 'refused',
  5: 'the platform cannot be reached',
};

export function overview<Admin>({ name, about, commands, statuses, guide }: CommandLine<Admin>): string {
  const shown = Object.values(commands);
  const width = Math.max(...shown.map(({ usage }) => usage.length)) + 2;
  const ends = Object.entries({ ...STATUSES, ...statuses }).map(([status, means]) => `${status} ${means}`);
  return [
    `npm run ${name} -- COMMAND [OPTIONS]: ${about}.`,
    '',
    ...shown.map((command) => `  ${command.usage.padEnd(width)}${command.about}`),
    '',
    `  Exit status: ${ends.join(', ')}.`,
    `  Guide: ${guide}. --help after a command shows its options.`,
  ].join('\n');
}

export function helpOf<Admin>(name: string, { usage, about, options }: Command<Admin>): string {
  const lines = Object.entries({ ...options, ...COMMON_OPTIONS }).map(([option, is]) => helpOn(option, is));
  return [`npm run ${name} -- ${usage}`, '', about, '', ...lines].join('\n');
}

function helpOn(name: string, { short, value, about }: CliOption): string {
  const label = `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
  return `  ${label.padEnd(18)}  ${about}`;
}
