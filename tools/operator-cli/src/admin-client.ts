import { type Problem } from '@groundwork/contracts';
import { CliError, EXIT } from './cli.error.ts';

/** Longer than the gateway's time limit for an operator's request. */
const LIMIT_MS = 65_000;

/**
 * The admin API behind the gateway. Looks up the address of the gateway with the first request, so that errors in a command
 * are reported even when no platform runs.
 *
 * @throws {CliError} when the platform refuses the request, or cannot be reached (`retryable`)
 */
export class AdminClient {
  readonly #baseUrl: () => string;
  readonly #operatorKey: string;

  constructor(baseUrl: () => string, operatorKey: string) {
    this.#baseUrl = baseUrl;
    this.#operatorKey = operatorKey;
  }

  get<T>(path: string): Promise<T> {
    return this.#send('GET', path);
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.#send('POST', path, body);
  }

  async #send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.#exchange(method, path, body);
    if (response.ok) return (await response.json().catch(refuseAnswer)) as T;
    const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
    const faults = problem.errors?.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; ');
    const words = problem.detail ?? faults ?? problem.title ?? `the platform answered ${response.status}`;
    const isAway = response.status >= 500;
    throw new CliError(
      problem.code ?? 'unexpected-answer',
      isAway ? EXIT.unreachable : EXIT.refused,
      faults === undefined ? words : `${words} ${faults}`,
      { retryable: isAway || response.status === 429 },
    );
  }

  async #exchange(method: string, path: string, body: unknown): Promise<Response> {
    const baseUrl = this.#baseUrl();
    try {
      return await fetch(`${baseUrl}/v1/admin/${path}`, {
        method,
        headers: {
          'x-operator-key': this.#operatorKey,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(LIMIT_MS),
      });
    } catch (error) {
      const why = ((error as Error).cause as Error | undefined)?.message ?? (error as Error).message;
      throw new CliError(
        'platform-unreachable',
        EXIT.unreachable,
        `${baseUrl} cannot be reached (${why}): check with npm run status whether the platform runs`,
        { cause: error, retryable: true },
      );
    }
  }
}

/** The answer was cut off together with the gateway, or came from another server. */
function refuseAnswer(error: unknown): never {
  throw new CliError(
    'unexpected-answer',
    EXIT.unreachable,
    `the answer is truncated or is not JSON (${(error as Error).message}); check that the address is that of the gateway`,
    { cause: error, retryable: true },
  );
}
