import { type DeadLetter } from '@groundwork/contracts';
import { PAYLOAD_BYTES, PAYLOAD_ENCODING } from '@groundwork/dlq';
import { prettyJson } from './pretty-json.ts';

/** Returns the stored value of the message as text, and a note on its encoding and completeness. */
export function describePayload(letter: DeadLetter): { about: string; text: string } {
  const { payload, headers } = letter;
  if (payload === null) return { about: 'payload: none', text: '' };
  const whole = headers[PAYLOAD_BYTES];
  const cut = whole === undefined ? '' : `, truncated: all ${whole} bytes are at ${placeOf(letter)}`;
  if (isBase64(letter)) return { about: `payload: not text, in base64${cut}`, text: payload };
  const pretty = prettyJson(payload);
  const about = pretty === undefined ? `payload: not JSON${cut}` : 'payload';
  return { about, text: pretty ?? payload };
}

/** Returns the payload as the content of a file: JSON for editing, or the original bytes. */
export function payloadFile(letter: DeadLetter): string | Buffer | undefined {
  if (letter.payload === null) return undefined;
  if (isBase64(letter)) return Buffer.from(letter.payload, 'base64');
  const pretty = prettyJson(letter.payload);
  return pretty === undefined ? letter.payload : `${pretty}\n`;
}

export function placeOf({ topic, partition, offset }: DeadLetter): string {
  return `${topic}:${partition}:${offset}`;
}

function isBase64({ headers }: DeadLetter): boolean {
  return headers[PAYLOAD_ENCODING] === 'base64';
}
