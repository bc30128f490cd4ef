import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { WORKSPACE } from '../start-topology.ts';
import { stateFolder } from '../state/state-folder.ts';
import { TopologyError } from '../topology.error.ts';
import { type Command } from './command.ts';
import { LogTail } from './log-tail.ts';

export const logs: Command = {
  usage: 'npm run logs [-- SERVICE …]',
  about: 'show the output of the services (or of one, or of one replica)',
  options: { follow: { type: 'boolean', short: 'f' }, lines: { type: 'string', default: '100' } },

  async run({ project, flags, words }) {
    const files = logFiles(join(stateFolder(WORKSPACE, project).path, 'logs'), words);
    const tails = files.map((file) => ({ name: basename(file, '.log'), tail: new LogTail(file) }));
    const width = Math.max(...tails.map(({ name }) => name.length));
    const print = (name: string, lines: readonly string[]) =>
      process.stdout.write(lines.map((line) => `${name.padEnd(width)} | ${line}\n`).join(''));

    for (const { name, tail } of tails) print(name, linesOf(tail.read()).slice(-Number(flags['lines'])));
    while (flags['follow'] === true) {
      for (const { name, tail } of tails) print(name, linesOf(tail.read()));
      await delay(200);
    }
    return 0;
  },
};

function logFiles(folder: string, services: readonly string[]): string[] {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.log')) : [];
  if (names.length === 0)
    throw new TopologyError(
      'no-logs',
      `nothing has run in ${folder} yet: npm start or npm run up writes logs`,
    );
  const unknown = services.find((service) => !names.some((name) => isOf(name, service)));
  if (unknown !== undefined) {
    const known = names.map((name) => basename(name, '.log')).join(', ');
    throw new TopologyError('unknown-service', `there is no log of ${unknown}: expected one of ${known}`);
  }
  return names
    .filter((name) => services.length === 0 || services.some((service) => isOf(name, service)))
    .map((name) => join(folder, name));
}

/** `order-service-2.log` belongs to order-service and to order-service-2. */
function isOf(file: string, service: string): boolean {
  return (
    file === `${service}.log` ||
    (file.startsWith(`${service}-`) && /^-\d+\.log$/.test(file.slice(service.length)))
  );
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
