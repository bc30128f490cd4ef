import { type PathMatch } from './route-match.ts';

/** Makes a text from the path of a request. */
export type PathFunction = (path: string) => string;

const PARAMETER = /\{([A-Za-z][A-Za-z0-9]*)\}/g;

/**
 * Compiles a text with parameters of a route's path, such as `/orders/{id}`. For a prefix, the rest of the path is appended.
 *
 * @throws {RangeError} for a parameter that the path does not have, or a path that is a regular expression
 */
export function compilePathTemplate(match: PathMatch, text: string): PathFunction {
  if ('regex' in match)
    throw new RangeError('expected a path without a regular expression: it has no parameters');
  const segments = 'template' in match ? match.template.slice(1).split('/') : [];
  const places = new Map(segments.map((segment, place) => [segment, place]));
  const parts = text.split(PARAMETER).map((part, index): string | number => {
    if (index % 2 === 0) return part;
    const place = places.get(`{${part}}`);
    if (place === undefined) throw new RangeError(`expected a parameter of the path, not {${part}}`);
    return place;
  });
  if ('prefix' in match) return appendRest(match.prefix, text);
  return (path) => {
    const given = path.slice(1).split('/');
    return parts.map((part) => (typeof part === 'number' ? given[part] : part)).join('');
  };
}

function appendRest(prefix: string, text: string): PathFunction {
  const length = prefix.replace(/\/$/, '').length;
  const start = text.replace(/\/$/, '');
  return (path) => {
    const joined = start + path.slice(length);
    return joined === '' ? '/' : joined;
  };
}
