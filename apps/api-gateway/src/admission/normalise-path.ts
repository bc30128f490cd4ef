const UNRESERVED = /[A-Za-z0-9\-._~]/;

/**
 * The one spelling of a path that everything sees: routes are matched on it, and the upstream is sent it. Escapes of unreserved
 * characters are the characters, and hexadecimal digits are capitals (RFC 3986 §6.2.2).
 *
 * @returns `undefined` where the escapes are not UTF-8: there is no text that they could mean
 */
export function normalisePath(path: string): string | undefined {
  if (!path.includes('%')) return path;
  try {
    decodeURIComponent(path);
  } catch {
    return undefined;
  }
  return path.replaceAll(/%[0-9A-Fa-f]{2}/g, (escape) => {
    const character = String.fromCharCode(parseInt(escape.slice(1), 16));
    return UNRESERVED.test(character) ? character : escape.toUpperCase();
  });
}
