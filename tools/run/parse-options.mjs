import { parseArgs } from 'node:util';

/**
 * Node's `parseArgs` for a command line: wrong usage ends the process with status 2 and one line that names the option.
 *
 * @param {import('node:util').ParseArgsConfig} config the same as for `parseArgs`
 */
export function parseOptions(config) {
  try {
    return parseArgs(config);
  } catch (error) {
    if (!String(error.code).startsWith('ERR_PARSE_ARGS')) throw error;
    process.stderr.write(`${error.message.split('. ')[0]}. --help shows the options.\n`);
    process.exit(2);
  }
}
