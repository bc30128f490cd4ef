import { describe, expect, it } from '@jest/globals';
import { parseDotEnv } from './parse-dot-env.ts';
import { servicesOf } from '../../test/services-of.ts';

describe('a .env file', () => {
  const environment = { HOME: '/home/ada', EMPTY: '' };

  it.each([
    ['A=1\nB=2', { A: '1', B: '2' }],
    ['A=1\r\nB=2\r\n', { A: '1', B: '2' }],
    ['export A=1\n  export\tB=2\nexporter=3', { A: '1', B: '2', exporter: '3' }],
    ['A = 1\nB: 2\nC=\nD=\t', { A: '1', B: '2', C: '', D: '' }],
    ['# A=1\n\n  # B=2\nC=3 # three\nD=4#5\nE=#', { C: '3', D: '4#5', E: '' }],
    [`A="1 # one" # two\nB='3' # three`, { A: '1 # one', B: '3' }],
    ['A=postgres://a:b@c:5432/d?e=f', { A: 'postgres://a:b@c:5432/d?e=f' }],
    [
      `A="it's"\nB='say "hi"'\nC="say \\"hi\\""\nD='it\\'s'`,
      { A: "it's", B: 'say "hi"', C: 'say "hi"', D: "it's" },
    ],
    [`A="a\\tb\\nc\\\\d"\nB='a\\nb'\nC=a\\nb`, { A: 'a\tb\nc\\d', B: 'a\\nb', C: 'a\\nb' }],
    ['A="first\nsecond"\nB=2', { A: 'first\nsecond', B: '2' }],
    [
      'BASE=80\nA=${BASE}80-${BASE}81\nB="$BASE"\nC=\'$BASE\'',
      { BASE: '80', A: '8080-8081', B: '80', C: '$BASE' },
    ],
    [
      'A=${UNSET:-default}\nB=${EMPTY:-default}|${EMPTY-default}\nC=$$5\nD="\\$5"',
      { A: 'default', B: 'default|', C: '$5', D: '$5' },
    ],
    ['HOME=/other\nA=$HOME', { HOME: '/other', A: '/home/ada' }],
    ['HOME\nNOT_SET\nA=1', { HOME: '/home/ada', NOT_SET: undefined, A: '1' }],
    ['A.B-C[0]=1\nÄ=2', { 'A.B-C[0]': '1', Ä: '2' }],
    ['A=1\nA=2', { A: '2' }],
    ['', {}],
  ])('%j', (text, expected) => {
    expect(parseDotEnv(text, environment, '.env')).toEqual(expected);
  });

  it.each([
    ['A=1\n\nB="2\nC=3', '.env line 3: a " is never closed'],
    ['A=1\n=2', '.env line 2: expected NAME=value'],
    ['two words=1', '.env line 1: expected NAME=value'],
    ['A=1\nB=${A', '.env line 2: cannot read the variable in "${A"'],
    ['A=${B:?say so}', '.env line 1: B is required: say so'],
  ])('%j is rejected with the line of the error', (text, message) => {
    expect(() => parseDotEnv(text, environment, '.env')).toThrow(message);
  });

  const yaml = `services: { a: { image: redis, environment: { A: '\${A:-a}' } } }`;
  const fromBytes = (dotEnv: Uint8Array) => servicesOf(yaml, { dotEnv }).get('a')?.environment;

  it('may start with a byte order mark', () => {
    expect(fromBytes(Buffer.from('\ufeffA=file\r\n'))).toEqual({ A: 'file' });
  });

  it('is rejected in another encoding', () => {
    expect(() => fromBytes(Buffer.from('\ufeffA=file\r\n', 'utf16le'))).toThrow(
      /cannot read .*\.env as UTF-8/,
    );
  });
});
