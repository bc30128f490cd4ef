import { describe, expect, it } from '@jest/globals';
import { TrustedProxies } from './client-address.ts';

describe('the address of a client', () => {
  const proxies = new TrustedProxies(['10.0.0.0/8', '192.0.2.1', 'fd00::/8']);

  it.each([
    ['the peer, without the field', '198.51.100.7', undefined, '198.51.100.7'],
    ['the peer, if the peer is not trusted', '198.51.100.7', '203.0.113.9', '198.51.100.7'],
    ['the last address of the field, behind one proxy', '10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['the last untrusted address, behind two', '10.0.0.1', '203.0.113.9, 192.0.2.1', '203.0.113.9'],
    ['not what the client itself wrote', '10.0.0.1', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
    ['the first proxy, if all are trusted', '10.0.0.1', '10.0.0.3,10.0.0.2', '10.0.0.3'],
    ['the proxy that wrote no address', '10.0.0.1', '203.0.113.9, unknown, 10.0.0.2', '10.0.0.2'],
    ['the peer, if the field is empty', '10.0.0.1', '', '10.0.0.1'],
    ['an IPv6 address behind an IPv6 proxy', 'fd00::1', '2001:db8::7', '2001:db8::7'],
  ])('is %s', (_what, peer, field, address) => {
    expect(proxies.clientAddress(peer, field)).toBe(address);
  });

  it('is the peer when no proxy is trusted', () => {
    expect(new TrustedProxies().clientAddress('10.0.0.1', '203.0.113.9')).toBe('10.0.0.1');
  });

  it.each([
    '10.0.0.0/33',
    'fd00::/129',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0/8',
    'proxy.example',
    '1.1.1.1/x',
  ])('does not accept the range %s', (range) => {
    expect(() => new TrustedProxies([range])).toThrow(
      `expected an address or a CIDR range such as 10.0.0.0/8, not "${range}"`,
    );
  });
});
