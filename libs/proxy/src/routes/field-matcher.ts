import { LinearRegex } from './linear-regex.ts';

/** How a header field or a query parameter must be. With the name alone, it must be present. */
export interface FieldCondition {
  /** Names of header fields are case-insensitive. */
  readonly name: string;
  readonly equals?: string;
  readonly prefix?: string;
  /** In the syntax of RE2; it must match the whole value. */
  readonly regex?: string;
  /** True: the condition must not hold. */
  readonly not?: boolean;
}

export type ValueTest = (value: string | undefined) => boolean;

/** Returns the test of one value. @throws {RangeError} for more than one kind of condition, or an invalid expression */
export function valueTestOf({ name, equals, prefix, regex, not = false }: FieldCondition): ValueTest {
  if ([equals, prefix, regex].filter((each) => each !== undefined).length > 1)
    throw new RangeError(`expected one of equals, prefix and regex for "${name}"`);
  const holds = testOf(equals, prefix, regex);
  return (value) => holds(value) !== not;
}

function testOf(equals?: string, prefix?: string, regex?: string): ValueTest {
  if (equals !== undefined) return (value) => value === equals;
  if (prefix !== undefined) return (value) => value?.startsWith(prefix) === true;
  if (regex === undefined) return (value) => value !== undefined;
  const expression = new LinearRegex(regex);
  return (value) => value !== undefined && expression.matches(value);
}
