import { ProblemError } from '@groundwork/service-kit';
import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Lets operators through. Digests are compared: equally long, so that neither content nor length shows in the time. */
export class OperatorKey {
  readonly #expected: Buffer;

  constructor(key: string) {
    this.#expected = digest(key);
  }

  /** @throws {ProblemError} 401 without a key, 403 with a wrong one */
  check(given: string | string[] | undefined): void {
    if (given === undefined) {
      throw new ProblemError({
        status: 401,
        code: 'operator-key-missing',
        detail: 'This needs the header X-Operator-Key.',
        headers: { 'www-authenticate': 'X-Operator-Key' },
      });
    }
    if (!timingSafeEqual(digest(String(given)), this.#expected)) {
      throw new ProblemError({
        status: 403,
        code: 'operator-key-invalid',
        detail: 'The operator key is not right.',
      });
    }
  }
}
