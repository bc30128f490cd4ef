import { ProblemError } from '@groundwork/service-kit';

/** There is a customer with the e-mail, or with one that differs in case or accents only. */
export class EmailTakenError extends ProblemError {
  /** @param holder the id of that customer */
  constructor(readonly holder: string) {
    super({
      status: 409,
      code: 'email-taken',
      title: 'E-mail taken',
      detail:
        'There is a customer with this e-mail already, or with one that differs in case or accents only.',
      errors: [{ pointer: '/email', detail: 'taken' }],
    });
    this.name = 'EmailTakenError';
  }
}
