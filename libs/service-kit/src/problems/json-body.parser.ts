import { isUtf8 } from 'node:buffer';
import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { faultyStrings } from './faulty-strings.ts';
import { ProblemError } from './problem.error.ts';

/**
 * Makes a service accept JSON in UTF-8 only (RFC 8259, 8.1). Other text is `malformed-json`; other media types and charsets
 * are answered with 415. Strings are accepted unchanged or rejected: bytes that are not UTF-8, halves of surrogate pairs and
 * U+0000 are rejected in every field, because a decoder would replace them or a database would fail on them later.
 */
export function acceptJsonOnly(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const fault = faultOfBytes(request, body as Buffer);
    if (fault !== undefined) return done(fault, undefined);
    const text = (body as Buffer).toString();
    void parse(request, text, (error, value) => {
      if (error !== null) done(malformed(text, error), undefined);
      // Valid UTF-8 text can contain these faults only as escapes.
      else if (text.includes('\\u')) done(faultOfStrings(value), value);
      else done(null, value);
    });
  });
}

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]+)/i;

function faultOfBytes({ headers }: FastifyRequest, body: Buffer): ProblemError | undefined {
  const charset = CHARSET.exec(headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset)) {
    const detail = `The charset ${charset} is not supported: send the JSON in UTF-8.`;
    return new ProblemError({ status: 415, code: 'unsupported-media-type', detail });
  }
  if (isUtf8(body)) return undefined;
  const detail = `The body is not valid UTF-8: byte ${firstBadByte(body)} (counted from 0) is invalid.`;
  return new ProblemError({ status: 400, code: 'malformed-json', detail });
}

const REPLACEMENT = '\ufffd';
const REPLACEMENT_BYTES = Buffer.from(REPLACEMENT);

/**
 * A decoder inserts U+FFFD where it cannot decode. The fault is at the first U+FFFD that the body itself does not contain.
 */
function firstBadByte(body: Buffer): number {
  const text = body.toString();
  for (let index = 0, at = 0; ; index += 1, at += REPLACEMENT_BYTES.length) {
    const next = text.indexOf(REPLACEMENT, index);
    at += Buffer.byteLength(text.slice(index, next));
    if (!body.subarray(at, at + REPLACEMENT_BYTES.length).equals(REPLACEMENT_BYTES)) return at;
    index = next;
  }
}

function faultOfStrings(body: unknown): ProblemError | null {
  const pointers = faultyStrings(body);
  if (pointers.length === 0) return null;
  return new ProblemError({
    status: 400,
    code: 'invalid-request',
    detail: 'The body of the request is invalid: see the list of errors.',
    errors: pointers.map((pointer) => ({
      pointer,
      detail: 'expected no U+0000 and no half of a surrogate pair',
    })),
  });
}

function malformed(body: string, cause: Error): ProblemError {
  const detail = body === '' ? 'The body is empty: send a JSON document.' : 'The body is not valid JSON.';
  return new ProblemError({ status: 400, code: 'malformed-json', detail, cause });
}
