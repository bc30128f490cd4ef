import { randomUUID } from 'node:crypto';

const LONGEST_PREFIX = 60;

/** A gid is a prefix and a UUID. The length tells the gids of `shop:` from those of `shop:billing:`. */
export const UUID_LENGTH = 36;

/**
 * Names the transactions of one service. Recovery ends exactly those, so services that share a directory, databases or servers
 * must have different prefixes.
 */
export class GidPrefix {
  /** @throws {RangeError} for an empty prefix, or one that leaves no room in the 199 characters of Postgres */
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
