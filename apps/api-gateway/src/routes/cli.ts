/** `npm run routes`: checks and compares routes files without a gateway. */
import { ConfigurationError } from '@groundwork/service-kit/configuration';
import { parseArgs } from 'node:util';
import { describeChanges } from './describe-changes.ts';
import { routesJsonSchema } from './json-schema.ts';
import { checkRoutes, readRoutes } from './load-routes.ts';

const SHIPPED = 'apps/api-gateway/config/routes.yaml';
const HELP = `npm run routes -- COMMAND

  check [FILE]    says whether a routes file is valid, or names line and field of each fault
  diff OLD NEW    says what a change would do: + added, - removed, ~ changed
  schema          prints the JSON Schema, for editors

FILE: ${SHIPPED} unless given. A variable that is not set here gets the value http://NAME.invalid.
Exit status: 0; 1 when files differ; 2 for a wrong command; 78 for a file with faults.
`;
const [DIFFERENT, WRONG_COMMAND, FAULTS] = [1, 2, 78];

process.exitCode = run(process.argv.slice(2));

function run(args: string[]): number {
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' } },
    });
    const [command, ...files] = positionals;
    if (values.help || command === undefined) return say(HELP);
    if (command === 'check' && files.length <= 1) return check(files[0] ?? SHIPPED);
    if (command === 'diff' && files.length === 2) return diff(files[0] as string, files[1] as string);
    if (command === 'schema' && files.length === 0)
      return say(`${JSON.stringify(routesJsonSchema(), undefined, 2)}\n`);
    return complain(
      `expected a command of npm run routes -- --help, got: ${args.join(' ')}\n`,
      WRONG_COMMAND,
    );
  } catch (error) {
    if (error instanceof ConfigurationError) return complain(`${error.message}\n`, FAULTS);
    if ((error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS'))
      return complain(`${(error as Error).message}\n`, WRONG_COMMAND);
    throw error;
  }
}

function check(file: string): number {
  const { routes, unset } = load(file);
  const count = `${routes.routes.length} routes, ${routes.upstreams.length} upstreams`;
  const variables = unset.length === 0 ? '' : ` Variables that are not set here: ${unset.join(', ')}.`;
  return say(`${file} is valid: ${count}.${variables}\n`);
}

function diff(before: string, after: string): number {
  const changes = describeChanges(load(before).content, load(after).content);
  if (changes.length === 0) return say('Both files say the same.\n');
  say(`${changes.join('\n')}\n`);
  return DIFFERENT;
}

function load(file: string) {
  const unset = new Set<string>();
  const environment = new Proxy(process.env, {
    get: (known, name: string) => {
      const value = known[name];
      if (value !== undefined && value !== '') return value;
      unset.add(name);
      return `http://${name.toLowerCase().replaceAll('_', '-')}.invalid`;
    },
  });
  return { ...checkRoutes(file, readRoutes(file), environment), unset: [...unset] };
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}

function complain(text: string, status: number): number {
  process.stderr.write(text);
  return status;
}
