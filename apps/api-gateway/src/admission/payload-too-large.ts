import { ProblemError } from '@groundwork/service-kit';

export const payloadTooLarge = (limitBytes: number) =>
  new ProblemError({
    status: 413,
    code: 'payload-too-large',
    detail: `The body may have at most ${limitBytes} bytes.`,
  });
