import { type DeadLetter } from '@groundwork/contracts';
import { PAYLOAD_BYTES, PAYLOAD_ENCODING } from '@groundwork/dlq';
import { prettyJson } from './pretty-json.ts';

/** What a letter has of the value of its message, and what has to be known about it. */
export function describePayload(letter: DeadLetter): { about: string; text: string } {
  const { payload, headers } = letter;
  if (payload === null) return { about: 'payload: none', text: '' };
  const whole = headers[PAYLOAD_BYTES];
  const cut = whole === undefined ? '' : `, cut: the whole, ${whole} bytes, lies at ${placeOf(letter)}`;
  if (isBase64(letter)) return { about: `payload: no text, in base64${cut}`, text: payload };
  const pretty = prettyJson(payload);
  const about = pretty === undefined ? `payload: no JSON${cut}` : 'payload';
  return { about, text: pretty ?? payload };
}

/** The payload as a file: JSON to be edited, or the bytes there were. */
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
