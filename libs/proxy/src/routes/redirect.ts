import { compilePathTemplate, type PathFunction } from './path-template.ts';
import { type PathMatch } from './route-match.ts';

export interface RedirectSettings {
  /** A path or a URL. It may contain parameters of the route's path; for a prefix, the rest of the path is appended. */
  readonly to: string;
  /** Default: 308, which keeps the method and the body. */
  readonly status?: 301 | 302 | 303 | 307 | 308;
  /** Default: true. */
  readonly keepQuery?: boolean;
}

/** Answers requests with another location. */
export class Redirect {
  readonly status: number;
  readonly #location: PathFunction;
  readonly #keepQuery: boolean;

  /** @throws {RangeError} for a parameter that the path does not have */
  constructor(match: PathMatch, { to, status = 308, keepQuery = true }: RedirectSettings) {
    this.status = status;
    this.#location = compilePathTemplate(match, to);
    this.#keepQuery = keepQuery;
  }

  /** Returns the value of Location. @param query with its `?`, or empty */
  location(path: string, query: string): string {
    return this.#location(path) + (this.#keepQuery ? query : '');
  }
}
