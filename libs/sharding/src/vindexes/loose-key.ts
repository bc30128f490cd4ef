/**
 * What is left of a text when case, accents, compatibility forms and trailing spaces do not count: texts that people take
 * for the same give the same key. Unique lookups store it, so that `Ada@Example.com` is taken once `ada@example.com` is.
 *
 * Vitess compares the primary weights of the Unicode Collation Algorithm, which V8 does not hand out. Ours are decomposed
 * (NFKD), stripped of marks and upper-cased (`ß` → `SS`, `ς` and `σ` → `Σ`): the same texts are equal, except that
 * characters the collation ignores altogether (e.g. U+00AD, the soft hyphen) count here, and that `ı` equals `i`. Unicode
 * promises that neither decomposition nor case of an assigned character will ever change, so keys last.
 */
export function looseKey(text: string): string {
  // By way of the lower case: only from there does the capital `ẞ` become `SS` as well.
  return decompose(decompose(text).toLowerCase().toUpperCase()).replace(/ +$/, '');
}

function decompose(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '');
}
