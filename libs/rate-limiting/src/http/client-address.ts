import { isIPv6, type Socket } from 'node:net';

/** Returns the peer of the connection and ignores forwarding headers. An IPv4 address mapped to IPv6 is returned as IPv4. */
export function clientAddress({ remoteAddress: address = 'unknown' }: Pick<Socket, 'remoteAddress'>): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

/**
 * Returns the key for counting requests and connections: an IPv4 address, or an IPv6 /64, the smallest block of a customer.
 */
export function limitKey(address: string): string {
  if (!isIPv6(address)) return address;
  const [before, after] = address.replace(/%.*/, '').split('::').map(groupsOf) as [string[], string[]?];
  const zeros = Array<string>(8 - before.length - (after?.length ?? 0)).fill('0');
  const groups = [...before, ...zeros, ...(after ?? [])];
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** Returns the groups of 16 bits of a part of an address. An IPv4 address at its end has two, which `limitKey` only counts. */
function groupsOf(part: string): string[] {
  return part === '' ? [] : part.replace(/[^:]*\.[^:]*$/, '0:0').split(':');
}
