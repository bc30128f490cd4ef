import { z } from 'zod';

/** The parameters of a vindex that has none. */
export const noParams = z.strictObject({}).default({});
