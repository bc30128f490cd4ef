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
  const [text = ''] = address.split('%', 1);
  const [before = [], after = []] = text.split('::').map((part) => (part === '' ? [] : part.split(':')));
  // An IPv4 address at the end takes the place of two groups.
  const present = before.length + after.length + (text.includes('.') ? 1 : 0);
  const groups = [...before, ...Array<string>(8 - present).fill('0'), ...after];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
