import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BlockList } from 'node:net';
import { clientAddress, limitKey } from './client-address.ts';

describe('the address of a client', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['::ffff:cb00:7107', '::ffff:cb00:7107'],
    [undefined, 'unknown'],
  ])('of a socket from %s is %s', (remoteAddress, expected) => {
    expect(clientAddress({ remoteAddress })).toBe(expected);
  });

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['1::', '1:0:0:0::/64'],
    ['1::4:5:6:7:8', '1:0:0:4::/64'],
    ['::2:3:4:5:6:7:8', '0:2:3:4::/64'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
    ['1::4:5:6:203.0.113.7', '1:0:0:4::/64'],
    ['64:ff9b::203.0.113.7', '64:ff9b:0:0::/64'],
    ['1:2:3:4:5:6:203.0.113.7', '1:2:3:4::/64'],
    ['fe80::4:5:6:7:8%eth0.100', 'fe80:0:0:4::/64'],
  ])('%s is counted as %s', (address, key) => {
    expect(limitKey(address)).toBe(key);
  });

  it('is counted with every other address of its block, however it is written', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const block = new BlockList();
        block.addSubnet(limitKey(address).replace('/64', ''), 64, 'ipv6');
        expect(block.check(address, 'ipv6')).toBe(true);
      }),
    );
  });
});
