import { ProblemError } from '@groundwork/service-kit';

/** On which versions of a document a write or read depends: `existing` for any, `absent` for none. */
export type Condition = 'always' | 'existing' | 'absent' | { readonly oneOf: readonly string[] };

/** An entity tag of RFC 9110, section 8.8.3; W/ marks a weak one. */
const ENTITY_TAG = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/;

/**
 * Parses `If-Match` (RFC 9110, section 13.1.1). Weak tags never match here, so they are left out.
 *
 * @throws {ProblemError} 400 `invalid-condition`
 */
export function ifMatch(field: string | undefined): Condition {
  if (field === undefined) return 'always';
  if (field.trim() === '*') return 'existing';
  return { oneOf: tagsOf('If-Match', field).filter((tag) => !tag.startsWith('W/')) };
}

/**
 * Parses `If-None-Match` of a write, where only `*` is useful.
 *
 * @throws {ProblemError} 400 `invalid-condition`
 */
export function ifNoneMatchOfWrite(field: string | undefined): Condition {
  if (field === undefined) return 'always';
  if (field.trim() === '*') return 'absent';
  throw invalid('If-None-Match of a write: expected *');
}

/** Whether `If-None-Match` of a read names this tag. Weak tags match, too (RFC 9110, section 13.1.2). */
export function isNotModified(field: string | undefined, entityTag: string): boolean {
  if (field === undefined) return false;
  if (field.trim() === '*') return true;
  return tagsOf('If-None-Match', field).some((tag) => tag.replace(/^W\//, '') === entityTag);
}

export const entityTagOf = (version: number) => `"${version}"`;

function tagsOf(name: string, field: string): string[] {
  const tags = field.split(',').map((tag) => tag.trim());
  if (!tags.every((tag) => ENTITY_TAG.test(tag)))
    throw invalid(`${name}: expected * or quoted entity tags, separated by commas, e.g. "17"`);
  return tags;
}

function invalid(detail: string): ProblemError {
  return new ProblemError({ status: 400, code: 'invalid-condition', detail });
}
