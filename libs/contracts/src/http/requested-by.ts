import { storableText } from './storable-text.ts';

export const requestedBy = storableText(100)
  .optional()
  .describe('The requester, for the audit; not verified');
