import { Problem } from '@groundwork/contracts';
import { type z } from 'zod';

/** An answer whose status or shape differs from the expected one. */
export class UnexpectedAnswer extends Error {
  readonly answer: Answer;

  constructor(answer: Answer, message: string) {
    super(message);
    this.answer = answer;
  }
}

/** An HTTP answer, read completely. */
export class Answer {
  readonly request: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;

  constructor(request: string, status: number, headers: Headers, text: string) {
    this.request = request;
    this.status = status;
    this.headers = headers;
    this.text = text;
  }

  /**
   * Returns the body, parsed by the contract. Throws an error that names the request if the status or the shape is
   * different.
   */
  as<S extends z.ZodType>(status: number, schema: S): z.output<S> {
    if (this.status !== status) throw new UnexpectedAnswer(this, `${this.describe()}, expected ${status}`);
    const result = schema.safeParse(this.json());
    if (!result.success)
      throw new UnexpectedAnswer(this, `${this.describe()}, violating its contract: ${result.error.message}`);
    return result.data;
  }

  /** Returns the body as a problem document. Checks its media type, its shape, and that its status is that of the answer. */
  asProblem(): Problem {
    const mediaType = this.headers.get('content-type');
    if (mediaType !== 'application/problem+json') {
      throw new Error(`${this.describe()}, of type ${mediaType}, expected application/problem+json`);
    }
    const problem = this.as(this.status, Problem);
    if (problem.status !== this.status)
      throw new Error(`${this.describe()}, but the document says ${problem.status}`);
    return problem;
  }

  json(): unknown {
    try {
      return JSON.parse(this.text);
    } catch (cause) {
      throw new Error(`${this.describe()}, not JSON`, { cause });
    }
  }

  private describe(): string {
    return `${this.request} was answered ${this.status} ${this.text.slice(0, 400)}`;
  }
}
