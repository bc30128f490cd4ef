import { type FieldError } from '@groundwork/contracts';
import { ProblemError } from '@groundwork/service-kit';

const refusal = (status: number, code: string, detail: string, errors?: readonly FieldError[]) =>
  new ProblemError({ status, code, detail, retryable: false, ...(errors !== undefined && { errors }) });

/** What the review refuses, and why. */
export const refusals = {
  noLetter: (id: string) => refusal(404, 'not-found', `There is no dead letter ${id}.`),
  noJob: (id: string) => refusal(404, 'not-found', `There is no redrive ${id}.`),
  redriven: (id: string) => refusal(409, 'letter-redriven', `The letter ${id} has been sent again already.`),
  discarded: (id: string) => refusal(409, 'letter-discarded', `The letter ${id} has been discarded.`),
  jobOver: (id: string, status: string) =>
    refusal(409, 'redrive-job-over', `The redrive ${id} is ${status}.`),
  noRedrive: (consumer: string) =>
    refusal(422, 'consumer-without-redrive', `Nothing can be sent again to ${consumer} alone.`),
  noEvent: (id: string) =>
    refusal(
      422,
      'letter-without-event',
      `The letter ${id} is not about an event: it has no key, id or type.`,
    ),
  incomplete: (id: string) =>
    refusal(
      422,
      'payload-incomplete',
      `The payload of the letter ${id} is no JSON that can be kept, or was cut: say what to send instead.`,
    ),
  invalidData: (type: string, errors: readonly FieldError[]) =>
    refusal(422, 'invalid-event-data', `The payload is not the data of ${type}.`, errors),
};
