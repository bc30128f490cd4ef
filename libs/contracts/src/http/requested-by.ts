import { storableText } from './storable-text.ts';

export const requestedBy = storableText(100).optional().describe('Who asks, for the audit; nobody checks it');
