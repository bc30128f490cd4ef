import { type z } from 'zod';
import { type VSchemaFault } from './invalid-vschema.error.ts';
import { jsonPointer } from '../json/json-pointer.ts';

/** Returns the faults of grammar. Each unknown field has its own fault. */
export function grammarFaults(error: z.ZodError): VSchemaFault[] {
  return error.issues.flatMap((issue): VSchemaFault[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ pointer: jsonPointer(...issue.path, key), detail: 'unknown field' }));
    }
    const detail =
      issue.code === 'invalid_key' ? issue.issues.map(({ message }) => message).join('; ') : issue.message;
    return [{ pointer: jsonPointer(...issue.path), detail }];
  });
}
