import { NotDecodableError } from '../../errors/not-decodable.error.ts';

/**
 * The kinds of errors that Redis answers. The prefix of the message is part of its protocol.
 *
 * - `full`: no memory for a write (OOM).
 * - `foreign`: a key holds something that this tier has not written: another type, or text that is not JSON.
 * - `outage`: everything else, such as LOADING, READONLY after a failover, or no answer at all.
 */
export type ReplyErrorKind = 'full' | 'foreign' | 'outage';

export function kindOf(error: unknown): ReplyErrorKind {
  if (error instanceof SyntaxError || error instanceof NotDecodableError) return 'foreign';
  const { name = '', message = '' } = error instanceof Error ? error : {};
  if (name !== 'ReplyError') return 'outage';
  if (message.includes('OOM command not allowed')) return 'full';
  if (message.includes('WRONGTYPE ')) return 'foreign';
  // An error of the script itself: it has decoded what is not JSON. Errors of its commands have their own prefix.
  return message.startsWith('ERR user_script:') ? 'foreign' : 'outage';
}
