import { randomUUID } from 'node:crypto';

const LONGEST_PREFIX = 60;

/** A gid is a prefix and a UUID. The length distinguishes the gids of `shop:` from those of `shop:billing:`. */
export const UUID_LENGTH = 36;

/**
 * Identifies the transactions of one service. Recovery ends exactly those, so services that share a directory, databases or
 * servers must have different prefixes.
 */
export class GidPrefix {
  /** @throws {RangeError} for an empty prefix, or one that is too long for the 199 characters of a Postgres gid */
  constructor(private readonly text: string) {
    if (text.length > 0 && text.length <= LONGEST_PREFIX) return;
    throw new RangeError(
      `the prefix of two-phase transactions has to name the service in 1 to ${LONGEST_PREFIX} characters: "${text}"`,
    );
  }

  newGid(): string {
    return `${this.text}${randomUUID()}`;
  }

  isOf(gid: string): boolean {
    return gid.startsWith(this.text) && gid.length === this.text.length + UUID_LENGTH;
  }
}
