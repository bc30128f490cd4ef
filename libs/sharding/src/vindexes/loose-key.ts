/**
 * Returns the text without differences in case, accents, compatibility forms and trailing spaces, so that texts which people
 * consider equal get the same key. Unique lookups store this key, so that `Ada@Example.com` conflicts with
 * `ada@example.com`.
 *
 * Vitess compares the primary weights of the Unicode Collation Algorithm, which V8 does not expose. Ours are decomposed
 * (NFKD), stripped of marks and upper-cased (`ß` → `SS`, `ς` and `σ` → `Σ`). The same texts are equal, with two exceptions:
 * characters that the collation ignores completely (e.g. U+00AD, the soft hyphen) count here, and `ı` equals `i`. Unicode
 * guarantees that decomposition and case of an assigned character never change, so keys are stable.
 */
export function looseKey(text: string): string {
  // Convert to lower case first: only from there does the capital `ẞ` also become `SS`.
  return decompose(decompose(text).toLowerCase().toUpperCase()).replace(/ +$/, '');
}

function decompose(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '');
}
