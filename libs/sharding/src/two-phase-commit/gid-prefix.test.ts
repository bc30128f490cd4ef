import { describe, expect, it } from '@jest/globals';
import { GidPrefix } from './gid-prefix.ts';

describe('the prefix of a service', () => {
  it.each(['s', 's'.repeat(60)])('"%s" matches only gids of its own service', (text) => {
    const prefix = new GidPrefix(text);
    const gid = prefix.newGid();
    expect(gid).not.toBe(prefix.newGid());
    expect(prefix.isOf(gid)).toBe(true);
    expect(prefix.isOf(`${gid}0`)).toBe(false);
    expect(prefix.isOf(`x${gid.slice(1)}`)).toBe(false);
    expect(prefix.isOf(`${text}billing:${gid.slice(text.length)}`)).toBe(false);
  });

  it.each(['', 's'.repeat(61)])('must have 1 to 60 characters: "%s" is refused', (text) => {
    expect(() => new GidPrefix(text)).toThrow(RangeError);
    expect(() => new GidPrefix(text)).toThrow('1 to 60 characters');
  });
});
