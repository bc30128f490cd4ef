import { describe, expect, it } from '@jest/globals';
import { emailAddress } from './email-address.ts';

const label = 'd'.repeat(63);
const longest = `${'l'.repeat(64)}@${label}.${label}.${'d'.repeat(61)}`;

describe('an e-mail address', () => {
  it.each([
    'ada@example.com',
    'o&leary@example.com',
    "o'leary@example.com",
    'sales/a=b@example.com',
    "!#$%&'*+/=?^_`{|}~-.0@example.com",
    'ada+shop@example.com',
    'a@b.example.com',
    'ada@xn--e1afmkfd.xn--p1ai',
    'ada@123.example.com',
    'ada@a.b.c.d.example.com',
    'ada@localhost',
    'ADA@EXAMPLE.COM',
    longest,
  ])('may be %s', (email) => {
    expect(emailAddress.safeParse(email).success).toBe(true);
  });

  it.each([
    ['ada', 'with an @'],
    ['@example.com', 'before the @'],
    ['ada@', 'after the @'],
    ['a@b@example.com', 'before the @'],
    ['ada @example.com', 'before the @'],
    ['.ada@example.com', 'single dots'],
    ['ada..b@example.com', 'single dots'],
    ['ada.@example.com', 'single dots'],
    ['"a b"@example.com', 'before the @'],
    ['jürgen@example.com', 'before the @'],
    [`${'l'.repeat(65)}@example.com`, 'at most 64'],
    ['ada@exa mple.com', 'after the @'],
    ['ada@example..com', 'after the @'],
    ['ada@-example.com', 'after the @'],
    ['ada@example-.com', 'after the @'],
    ['ada@example.com.', 'after the @'],
    [`ada@${'d'.repeat(64)}.com`, 'after the @'],
    ['ada@bücher.example', 'A-labels'],
    ['ada@[127.0.0.1]', 'after the @'],
    [`${longest}d`, '<=254'],
  ])('may not be %s, and the error states the expected form', (email, said) => {
    const { error } = emailAddress.safeParse(email);
    expect(error?.issues).toHaveLength(1);
    expect(error?.issues[0]?.message).toContain(said);
  });
});
