import { runningState, TopologyError } from '@groundwork/topology';
import { CliError, EXIT, usageError } from './cli.error.ts';

/** Returns the URL of the gateway: the one given by `--base-url`, or that of the platform which `npm start` runs. */
export function baseUrlOf(flags: Readonly<Record<string, unknown>>): string {
  const named = flags['base-url'];
  if (typeof named === 'string') {
    if (/^https?:\/\/./i.test(named) && URL.canParse(named)) return named.replace(/\/+$/, '');
    throw usageError(`--base-url ${named}: expected a URL such as http://127.0.0.1:8080`);
  }
  try {
    const { state } = runningState(String(flags['project']));
    if (state.baseUrl !== undefined) return state.baseUrl;
  } catch (error) {
    if (!(error instanceof TopologyError)) throw error;
    throw new CliError(
      'platform-unreachable',
      EXIT.unreachable,
      `${error.message}; with docker compose, add --base-url http://127.0.0.1:8080`,
      { cause: error },
    );
  }
  throw new CliError(
    'platform-unreachable',
    EXIT.unreachable,
    'the platform is not ready yet; npm run status shows its state',
  );
}
