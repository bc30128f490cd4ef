/** A turn of phrase that readers with English as a second language stumble over. */
export interface Turn {
  readonly pattern: RegExp;
  /** What is wrong with it, and what to write instead. */
  readonly remedy: string;
}

const NAME_THE_ACTOR = 'name the actor: the relay, the mover, the client, the caller, no replica';
const OLD_FORM = 'an old form';

/** The list is short on purpose: only turns that are never needed. The rules of plain English are in CONTRIBUTING.md. */
export const TURNS: readonly Turn[] = [
  { pattern: /\b(nobody|somebody|whoever|whomever)\b/i, remedy: NAME_THE_ACTOR },
  { pattern: /\banew\b/i, remedy: `${OLD_FORM}: again` },
  { pattern: /\btold of\b/i, remedy: 'notified of, receives, is passed to' },
  { pattern: /\bto be had\b/i, remedy: `${OLD_FORM}: available` },
  { pattern: /\b(is|are|was|were|be|been|being) begun\b/i, remedy: `${OLD_FORM}: starts, is started` },
  { pattern: /\bin vain\b/i, remedy: `${OLD_FORM}: without success` },
  { pattern: /\b(go|goes|gone|going) on with\b/i, remedy: 'resume, continue with' },
  { pattern: /\bheard of\b/i, remedy: 'receives, is notified of' },
  { pattern: /\b(that|those) which\b/i, remedy: 'the one that, or the noun itself' },
  { pattern: /\b(hitherto|whence|thence|thereof|whereof|amiss|lest)\b/i, remedy: OLD_FORM },
];
