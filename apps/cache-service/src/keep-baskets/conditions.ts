import { ProblemError } from '@groundwork/service-kit';

/** The versions in which the document must be: `existing` for any, 0 for none; undefined without a condition. */
export type Condition = number | readonly number[] | 'existing' | undefined;

/** An entity tag of RFC 9110, section 8.8.3; W/ marks a weak one. A tag may contain commas. */
const ENTITY_TAG = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/;
const OWN_TAG = /^"([1-9]\d{0,15})"$/;

/**
 * Returns the condition of a write (RFC 9110, section 13.1). Weak tags never match here, and neither do tags that this service has not
 * made.
 *
 * @throws {ProblemError} 400 `invalid-condition`
 */
export function conditionOfWrite(ifMatch: string | undefined, ifNoneMatch: string | undefined): Condition {
  if (ifNoneMatch !== undefined && ifNoneMatch.trim() !== '*')
    throw invalid('If-None-Match of a write: expected *');
  if (ifMatch === undefined) return ifNoneMatch === undefined ? undefined : 0;
  const tags = tagsOf(ifMatch);
  // The document cannot both exist and be absent.
  if (ifNoneMatch !== undefined) return [];
  if (tags === '*') return 'existing';
  return tags.flatMap((tag) => OWN_TAG.exec(tag)?.slice(1).map(Number) ?? []);
}

/** Parses `*` or a list of entity tags, in which elements may be empty (RFC 9110, section 5.6.1.2). */
function tagsOf(field: string): '*' | string[] {
  if (field.trim() === '*') return '*';
  const tags: string[] = [];
  for (let rest = field.replace(/^[\s,]+/, ''); rest !== '';) {
    const [tag] = ENTITY_TAG.exec(rest) ?? [];
    const after = tag === undefined ? '' : rest.slice(tag.length);
    if (tag === undefined || !/^\s*(,|$)/.test(after))
      throw invalid('If-Match: expected * or quoted entity tags, separated by commas, e.g. "17"');
    tags.push(tag);
    rest = after.replace(/^[\s,]+/, '');
  }
  if (tags.length === 0) throw invalid('If-Match: expected * or at least one entity tag');
  return tags;
}

function invalid(detail: string): ProblemError {
  return new ProblemError({ status: 400, code: 'invalid-condition', detail });
}
