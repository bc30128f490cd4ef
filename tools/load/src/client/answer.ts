import { Problem } from '@groundwork/contracts';
import { type z } from 'zod';

/** Another status or another shape than the one that was asked for. */
export class UnexpectedAnswer extends Error {
  readonly answer: Answer;

  constructor(answer: Answer, message: string) {
    super(message);
    this.answer = answer;
  }
}

/** An HTTP answer, read to its end. */
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

  /** The body as the contract has it; throws, naming the request, on another status or shape. */
  as<S extends z.ZodType>(status: number, schema: S): z.output<S> {
    if (this.status !== status) throw new UnexpectedAnswer(this, `${this.describe()}, expected ${status}`);
    const result = schema.safeParse(this.json());
    if (!result.success)
      throw new UnexpectedAnswer(this, `${this.describe()}, not of its contract: ${result.error.message}`);
    return result.data;
  }

  /** The body as a problem document: its media type, its shape, and a status that is the answer's own. */
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
