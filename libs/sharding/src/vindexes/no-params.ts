import { z } from 'zod';

/** Of a vindex that needs to be told nothing. */
export const noParams = z.strictObject({}).default({});
