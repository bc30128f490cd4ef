import { z } from 'zod';

/** RFC 5321, 4.5.3.1: a path is at most 256 octets, its angle brackets included, and a local part at most 64. */
const MAX_LENGTH = 254;
const MAX_LOCAL_LENGTH = 64;

/**
 * A dot-string (RFC 5321, 4.1.2) of the characters that HTML accepts in `<input type=email>`. HTML rejects quoted local
 * parts.
 */
const LOCAL_PART = /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const DOMAIN = new RegExp(`^${LABEL}(\\.${LABEL})*$`, 'i');

/** An address that is valid by both HTML and RFC 5321. The error of any other address names the invalid part. */
export const emailAddress = z
  .string()
  .max(MAX_LENGTH)
  .superRefine((email, context) => {
    const message = faultOf(email);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  })
  .meta({ format: 'email' });

function faultOf(email: string): string | undefined {
  const at = email.lastIndexOf('@');
  if (at === -1) return 'expected an e-mail address, with an @';
  const [local, domain] = [email.slice(0, at), email.slice(at + 1)];
  if (local.length > MAX_LOCAL_LENGTH) return `expected at most ${MAX_LOCAL_LENGTH} characters before the @`;
  if (!LOCAL_PART.test(local)) {
    return "expected letters, digits and !#$%&'*+/=?^_`{|}~- before the @, with single dots between them";
  }
  if (!DOMAIN.test(domain)) {
    return 'expected a domain after the @: labels of letters, digits and inner hyphens (others as A-labels, xn--…)';
  }
  return undefined;
}
