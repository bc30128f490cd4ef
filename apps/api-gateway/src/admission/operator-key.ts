import { LocalLimitStore, localShare, type RatePolicy, rateLimitFields } from '@groundwork/rate-limiting';
import { limitKey, ProblemError } from '@groundwork/service-kit';
import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string) => createHash('sha256').update(text).digest();

export interface OperatorKeyOptions {
  readonly key: string;
  /** How many wrong keys an address may try; over all gateways, of which each admits its share. */
  readonly failures: RatePolicy;
  readonly processes: number;
  readonly counts?: LocalLimitStore;
}

/**
 * Lets operators through. Digests are compared: equally long, so that neither content nor length shows in the time.
 *
 * Wrong keys are counted apart, by address. An address that has tried too many is refused before its next key is looked at, right
 * or wrong, or it could go on guessing. They are counted in this process: between looking and counting nothing else may happen.
 */
export class OperatorKey {
  readonly #expected: Buffer;
  readonly #failures: RatePolicy;
  readonly #counts: LocalLimitStore;

  constructor({ key, failures, processes, counts = new LocalLimitStore() }: OperatorKeyOptions) {
    this.#expected = digest(key);
    this.#failures = localShare(failures, processes);
    this.#counts = counts;
  }

  /** @returns 401 without a key, 403 with a wrong one, 429 after too many wrong ones; `undefined` with the right one */
  refusal(given: string | string[] | undefined, address: string): ProblemError | undefined {
    if (given === undefined) return missing();
    const client = limitKey(address);
    const state = this.#counts.look(this.#failures, client, 1);
    if (!state.allowed) return tooManyWrong(rateLimitFields(this.#failures, state));
    if (timingSafeEqual(digest(String(given)), this.#expected)) return undefined;
    this.#counts.takeNow(this.#failures, client, 1);
    return wrong();
  }
}

const missing = () =>
  new ProblemError({
    status: 401,
    code: 'operator-key-missing',
    detail: 'This needs the header X-Operator-Key.',
    headers: { 'www-authenticate': 'X-Operator-Key' },
  });

const wrong = () =>
  new ProblemError({
    status: 403,
    code: 'operator-key-invalid',
    detail: 'The operator key is not right.',
  });

const tooManyWrong = (headers: Readonly<Record<string, string>>) =>
  new ProblemError({
    status: 429,
    code: 'rate-limited',
    detail: 'Too many wrong operator keys came from this address.',
    headers,
  });
