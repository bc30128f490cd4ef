import { type DeadLetterFilter } from '@groundwork/contracts';

/** Combines conditions on dead letters, with their parameters, to one `where` clause. */
export class Conditions {
  readonly parameters: unknown[] = [];
  private readonly clauses: string[] = [];

  static of({ eventType, consumer, errorCode, key, from, to }: DeadLetterFilter): Conditions {
    return new Conditions()
      .and('event_type =', eventType)
      .and('consumer =', consumer)
      .and('error_code =', errorCode)
      .and('key =', key)
      .and('failed_at >=', from)
      .and('failed_at <', to);
  }

  /** Adds a condition if its value is defined. */
  and(comparison: string, value: unknown): this {
    if (value !== undefined) this.clauses.push(`${comparison} ${this.parameter(value)}`);
    return this;
  }

  parameter(value: unknown): string {
    return `$${this.parameters.push(value)}`;
  }

  get sql(): string {
    return this.clauses.length === 0 ? 'true' : this.clauses.join(' and ');
  }
}
