import { ProblemError } from '@groundwork/service-kit';

/** A customer with the e-mail, or with one that differs only in case or accents, already exists. */
export class EmailTakenError extends ProblemError {
  /** @param holder the id of that customer */
  constructor(readonly holder: string) {
    super({
      status: 409,
      code: 'email-taken',
      title: 'E-mail taken',
      detail:
        'A customer with this e-mail, or with one that differs only in case or accents, already exists.',
      errors: [{ pointer: '/email', detail: 'taken' }],
    });
    this.name = 'EmailTakenError';
  }
}
