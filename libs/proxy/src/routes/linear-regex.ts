import { RE2JS } from 're2js';

/**
 * A regular expression that matches a whole text in linear time (RE2). Some expressions of JavaScript, such as `(a+)+b`, take seconds for a
 * short text that an attacker chooses, and block the process. RE2 has no back-references and no look-around.
 */
export class LinearRegex {
  readonly source: string;
  readonly #compiled: RE2JS;

  /** @throws {RangeError} for an expression that RE2 does not support */
  constructor(source: string) {
    this.source = source;
    try {
      this.#compiled = RE2JS.compile(source);
    } catch (cause) {
      throw new RangeError(
        `expected a regular expression in the syntax of RE2, not ${JSON.stringify(source)}`,
        {
          cause,
        },
      );
    }
  }

  /** Returns whether the expression matches the whole text. */
  matches(text: string): boolean {
    return this.#compiled.testExact(text);
  }
}
