/** Text that an HTTP field can carry: visible characters of ASCII. */
const TOKEN = /^[\x21-\x7E]+$/;
const FIELD_VALUE = /^[\x20-\x7E]*$/;
const FIELD_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

/**
 * Checked at the start: an HTTP client that refuses a token quotes it in its error.
 *
 * @throws {TypeError} that does not contain the token
 */
export function assertToken(name: string, token: string): void {
  if (typeof token !== 'string' || !TOKEN.test(token))
    throw new TypeError(`${name}: expected visible ASCII characters without spaces and line breaks`);
}

/** @throws {TypeError} that names the field, without its value */
export function assertFields(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!FIELD_NAME.test(name))
      throw new TypeError(`headers: ${JSON.stringify(name)} is not the name of an HTTP field`);
    if (typeof value !== 'string' || !FIELD_VALUE.test(value))
      throw new TypeError(`headers: expected ASCII text without line breaks as the value of ${name}`);
  }
}

/**
 * Returns the address without a slash at its end.
 *
 * @throws {TypeError} for an address that is not http or https, or has a user name or password, a query or a fragment. It does not contain
 * the address, which may contain a password.
 */
export function addressOf(name: string, address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new TypeError(`${name}: expected an absolute http or https address`);
  if (url.username !== '' || url.password !== '')
    throw new TypeError(`${name}: expected an address without user name and password; use a header field`);
  if (/[?#]/.test(url.href)) throw new TypeError(`${name}: expected an address without query and fragment`);
  return url.href.replace(/\/$/, '');
}

/** Returns the address of a server, as `addressOf` does. @throws {TypeError} also for an address with a path */
export function originOf(name: string, address: string): string {
  const origin = addressOf(name, address);
  if (origin !== new URL(origin).origin) throw new TypeError(`${name}: expected an address without a path`);
  return origin;
}
