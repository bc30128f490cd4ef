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
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const after = tail === '' ? [] : tail.split(':');
    while (groups.length + after.length < 8) groups.push('0');
  }
  while (groups.length < 4) groups.push('0');
  return `${groups.slice(0, 4).join(':')}::/64`;
}
