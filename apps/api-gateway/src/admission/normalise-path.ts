const UNRESERVED = /[A-Za-z0-9\-._~]/;

/**
 * Returns the normal form of a path. The route table matches on it, and the upstream receives it. Escapes of unreserved
 * characters are decoded, and hexadecimal digits are upper case (RFC 3986 §6.2.2).
 *
 * @returns `undefined` if the escapes are not valid UTF-8
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
