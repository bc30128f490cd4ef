import { type PathMatch } from '@groundwork/proxy';
import { z } from 'zod';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
/** A literal segment matches itself, so it may contain only characters that have one spelling in a normalised path. */
const PATH = /^(?:\/|(?:\/(?:[A-Za-z0-9._~-]+|\{[a-z][A-Za-z0-9]*\}))+\/?|(?:\/[A-Za-z0-9._~-]+)*\/\*\*)$/;

/** Which requests a route gets, by method and path. */
export interface RequestPattern {
  /** The text of the file: `GET /v1/orders/{id}`. */
  readonly text: string;
  /** Undefined: every method. */
  readonly method: string | undefined;
  readonly path: PathMatch;
}

/** `METHOD PATH`. The method may be `*`. The path may have parameters, end with `/**`, or be a regular expression after `~`. */
export const requestPattern = z
  .string()
  .max(512)
  .transform((text, context): RequestPattern => {
    const [method = '', path = '', ...more] = text.split(' ');
    const refuse = (message: string) => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    if (path === '' || more.length > 0)
      return refuse('expected a method and a path, e.g. GET /v1/orders/{id}');
    if (method !== '*' && !METHODS.includes(method))
      return refuse(`expected one of ${METHODS.join(', ')} or *`);
    if (path.startsWith('~')) return { text, method: methodOf(method), path: { regex: path.slice(1) } };
    if (/\/\.{1,2}(\/|$)/.test(path)) return refuse('expected no dot segments: they never reach a route');
    if (!PATH.test(path))
      return refuse(
        'expected segments of letters, digits, ".", "_", "~", "-", or {parameter}, e.g. /v1/orders/{id}, or /** at the end',
      );
    return { text, method: methodOf(method), path: pathOf(path) };
  });

const methodOf = (method: string) => (method === '*' ? undefined : method);

function pathOf(path: string): PathMatch {
  if (path.endsWith('/**')) return { prefix: path.slice(0, -2) };
  return path.includes('{') ? { template: path } : { exact: path };
}
