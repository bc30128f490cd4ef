import { execFile } from 'node:child_process';
import { type AddressMapper } from '../addresses/map-addresses.ts';
import { type HealthCheck } from '../compose/service.ts';
import { type Assignment } from '../runners/runner.ts';
import { equivalentOf } from './health-commands.ts';
import { parseSimpleCommand } from './parse-simple-command.ts';

/** Runs the file's own health check once, as it would run inside the container. Never rejects. */
export async function askHealth(
  check: HealthCheck,
  assignment: Assignment,
  mapper: AddressMapper,
): Promise<boolean> {
  const translate = (text: string) => mapAddressesInside(text, assignment, mapper);
  const words =
    typeof check.command === 'string'
      ? parseSimpleCommand(check.command, assignment.environment)
      : check.command;
  try {
    if (words === undefined)
      return await runs(['/bin/sh', '-c', await translate(String(check.command))], check, assignment);
    const translated = await Promise.all(words.map(translate));
    return await (equivalentOf(translated, assignment) ?? runs(translated, check, assignment));
  } catch {
    return false;
  }
}

/** Inside a container, the loopback address is the container itself. */
async function mapAddressesInside(
  text: string,
  assignment: Assignment,
  mapper: AddressMapper,
): Promise<string> {
  const own = text.replaceAll(/\b(?:127\.0\.0\.1|localhost):(\d+)/g, '0.0.0.0:$1');
  return mapper.map(own, { service: assignment.service.name, replica: assignment.replica });
}

function runs(words: readonly string[], check: HealthCheck, assignment: Assignment): Promise<boolean> {
  const [program = '', ...args] = words;
  const file = program === 'node' ? process.execPath : program;
  return new Promise((resolve) => {
    const options = { cwd: assignment.workspace, env: assignment.environment, timeout: check.timeoutMs };
    execFile(file, args, options, (error) => resolve(error === null));
  });
}
