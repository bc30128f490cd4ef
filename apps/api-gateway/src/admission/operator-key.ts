import {
  limitKey,
  LocalLimitStore,
  localShare,
  type RatePolicy,
  rateLimitFields,
} from '@groundwork/rate-limiting';
import { ProblemError } from '@groundwork/service-kit';
import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string) => createHash('sha256').update(text).digest();

export interface OperatorKeyOptions {
  readonly key: string;
  /** How many wrong keys an address may try over all gateways. Each gateway admits its share. */
  readonly failures: RatePolicy;
  readonly processes: number;
  readonly counts?: LocalLimitStore;
}

/**
 * Admits operators by their key. It compares digests of equal length, so the time reveals neither content nor length.
 *
 * Wrong keys are counted separately, by address. After too many, the address is refused before its next key is checked,
 * right or wrong: otherwise it could continue to guess. The count is kept in this process, so that no other request runs
 * between the check and the increment.
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
    const state = this.#counts.peekNow(this.#failures, client, 1);
    if (!state.allowed) return tooManyWrong(rateLimitFields([{ policy: this.#failures, decision: state }]));
    if (timingSafeEqual(digest(String(given)), this.#expected)) return undefined;
    this.#counts.takeNow(this.#failures, client, 1);
    return wrong();
  }
}

const missing = () =>
  new ProblemError({
    status: 401,
    code: 'operator-key-missing',
    detail: 'This route requires the header X-Operator-Key.',
    headers: { 'www-authenticate': 'X-Operator-Key' },
  });

const wrong = () =>
  new ProblemError({
    status: 403,
    code: 'operator-key-invalid',
    detail: 'The value of X-Operator-Key is not the operator key.',
  });

const tooManyWrong = (headers: Readonly<Record<string, string>>) =>
  new ProblemError({
    status: 429,
    code: 'rate-limited',
    detail: 'This address sent too many wrong operator keys; retry after the time in Retry-After.',
    headers,
  });
