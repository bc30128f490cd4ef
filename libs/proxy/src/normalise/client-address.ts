import { BlockList, isIP } from 'node:net';

/**
 * Finds the address of a client behind proxies. Each trusted proxy appends the address of its peer to X-Forwarded-For, so the
 * field is read from its end, and the first address that is not a trusted proxy's is the client's. What stands before that
 * address may be a lie of the client.
 */
export class TrustedProxies {
  readonly #trusted = new BlockList();
  readonly #isEmpty: boolean;

  /**
   * @param ranges addresses and CIDR ranges, such as `10.0.0.0/8` and `fd00::/8`
   * @throws {RangeError} for a range that is not valid
   */
  constructor(ranges: readonly string[] = []) {
    this.#isEmpty = ranges.length === 0;
    for (const range of ranges) this.#trust(range);
  }

  isTrusted(address: string): boolean {
    if (this.#isEmpty) return false;
    const version = isIP(address);
    return version !== 0 && this.#trusted.check(address, version === 4 ? 'ipv4' : 'ipv6');
  }

  /**
   * Returns the address of the client.
   *
   * @param peer the address at the other end of the connection
   * @param forwardedFor the X-Forwarded-For field of the request
   */
  clientAddress(peer: string, forwardedFor: string | undefined): string {
    if (forwardedFor === undefined || !this.isTrusted(peer)) return peer;
    let client = peer;
    for (const entry of forwardedFor.split(',').reverse()) {
      const address = entry.trim();
      // A proxy that does not write an address hides everything in front of it.
      if (isIP(address) === 0) return client;
      client = address;
      if (!this.isTrusted(address)) return client;
    }
    return client;
  }

  #trust(range: string): void {
    const [address = '', prefix] = range.split('/');
    const version = isIP(address);
    const bits = version === 4 ? 32 : 128;
    const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
    if (version === 0 || !(length <= bits) || range.split('/').length > 2)
      throw new RangeError(`expected an address or a CIDR range such as 10.0.0.0/8, not "${range}"`);
    this.#trusted.addSubnet(address, length, version === 4 ? 'ipv4' : 'ipv6');
  }
}
