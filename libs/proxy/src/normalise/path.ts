import { malformedRequest } from './malformed-request.ts';

const UNRESERVED = /[A-Za-z0-9\-._~]/;
/** Some servers decode these into separators or ends of a path, others do not. */
const ENCODED_SEPARATOR = /%(?:2F|5C|00)/;
/** Some servers ignore the parameter of a segment and then see a dot segment. */
const DOT_SEGMENT_WITH_PARAMETER = /\/\.{1,2};/;

/**
 * Returns the normal form of a path (RFC 3986 §6.2.2). Routes match on it, and the upstream receives it, so the proxy and the
 * service see the same path: escapes of unreserved characters are decoded, hexadecimal digits are upper case, and dot
 * segments are resolved.
 *
 * @param path begins with `/`, has no query, and its escapes are complete
 * @throws {ProxyProblem} 400 `malformed-request` if servers disagree about the path
 */
export function normalisePath(path: string): string {
  const decoded = path.includes('%') ? decodeUnreserved(path) : path;
  if (decoded.includes('//')) throw malformedRequest('The path contains an empty segment.');
  if (!decoded.includes('/.')) return decoded;
  if (DOT_SEGMENT_WITH_PARAMETER.test(decoded))
    throw malformedRequest('The path contains a dot segment with a parameter.');
  return resolveDotSegments(decoded);
}

function decodeUnreserved(path: string): string {
  try {
    decodeURIComponent(path);
  } catch {
    throw malformedRequest('The percent-encoded bytes in the path are not valid UTF-8.');
  }
  const decoded = path.replaceAll(/%[0-9A-Fa-f]{2}/g, (escape) => {
    const character = String.fromCharCode(parseInt(escape.slice(1), 16));
    return UNRESERVED.test(character) ? character : escape.toUpperCase();
  });
  if (ENCODED_SEPARATOR.test(decoded)) throw malformedRequest('The path contains an encoded separator.');
  return decoded;
}

/** RFC 3986 §5.2.4. A path cannot leave the root: `/../a` is `/a`. */
function resolveDotSegments(path: string): string {
  const resolved: string[] = [];
  const segments = path.slice(1).split('/');
  for (const segment of segments) {
    if (segment === '..') resolved.pop();
    else if (segment !== '.') resolved.push(segment);
  }
  const last = segments.at(-1);
  // The directory that the last segment names ends with a slash.
  if (last === '.' || last === '..') resolved.push('');
  return `/${resolved.join('/')}`;
}
