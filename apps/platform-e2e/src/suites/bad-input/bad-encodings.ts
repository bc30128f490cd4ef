import { type BadRequest, type Known } from './bad-request.ts';
import { order, placing } from './placing.ts';

const MALFORMED = ['{', '', '{"customerId": 1,}', '{"a": NaN}', '{"__proto__": {"a": 1}}', '\u0000'];
const JSON_TYPE = { 'content-type': 'application/json' };

/** Bodies that are not JSON, have another content type, or are too large. */
export const BAD_ENCODINGS: readonly BadRequest[] = [
  ...MALFORMED.map((body) => ({
    name: `the malformed body ${JSON.stringify(body)}`,
    request: () => ({ ...placing(undefined, JSON_TYPE), method: 'POST', body }),
    status: 400,
    code: 'malformed-json',
  })),
  ...['text/plain', 'application/x-www-form-urlencoded', 'application/xml'].map((type) => ({
    name: `a body of the type ${type}`,
    request: (known: Known) => ({
      ...placing(undefined, { 'content-type': type }),
      body: JSON.stringify(order(known)),
    }),
    status: 415,
    code: 'unsupported-media-type',
  })),
  {
    name: 'a body of 10 MB',
    request: (known) => placing(order(known, { note: 'x'.repeat(10_000_000) })),
    status: 413,
    code: 'payload-too-large',
  },
  {
    name: 'a body of 10 MB without a declared length',
    request: () => ({ ...placing(undefined, JSON_TYPE), body: tenMegabytes() }),
    status: 413,
    code: 'payload-too-large',
  },
];

async function* tenMegabytes(): AsyncGenerator<Uint8Array> {
  for (let chunk = 0; chunk < 160; chunk += 1) yield new Uint8Array(65_536).fill(0x20);
}
