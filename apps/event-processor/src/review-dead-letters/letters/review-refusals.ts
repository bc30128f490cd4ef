import { type FieldError } from '@groundwork/contracts';
import { ProblemError } from '@groundwork/service-kit';

const refusal = (status: number, code: string, detail: string, errors?: readonly FieldError[]) =>
  new ProblemError({ status, code, detail, retryable: false, ...(errors !== undefined && { errors }) });

/** The refusals of the review, with their reasons. */
export const refusals = {
  noLetter: (id: string) => refusal(404, 'not-found', `There is no dead letter ${id}.`),
  noJob: (id: string) => refusal(404, 'not-found', `There is no redrive ${id}.`),
  redriven: (id: string) =>
    refusal(409, 'letter-redriven', `The dead letter ${id} was already redriven; this decision is final.`),
  discarded: (id: string) =>
    refusal(409, 'letter-discarded', `The dead letter ${id} was discarded; this decision is final.`),
  jobOver: (id: string, status: string) =>
    refusal(409, 'redrive-job-over', `The redrive ${id} is already ${status}.`),
  noRedrive: (consumer: string) =>
    refusal(
      422,
      'consumer-without-redrive',
      `The consumer ${consumer} has no redrive topic, so events cannot be sent to it alone.`,
    ),
  noEvent: (id: string) =>
    refusal(
      422,
      'letter-without-event',
      `The dead letter ${id} is not about an event of the platform: it has no key, no id or no known type.`,
    ),
  incomplete: (id: string) =>
    refusal(
      422,
      'payload-incomplete',
      `The payload of the dead letter ${id} is truncated or is not JSON that can be stored; send an edited payload instead.`,
    ),
  invalidData: (type: string, errors: readonly FieldError[]) =>
    refusal(422, 'invalid-event-data', `The payload is not the data of ${type}.`, errors),
};
