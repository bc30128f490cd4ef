import { Problem } from '@groundwork/contracts';
import { type Answer, UnexpectedAnswer } from '@groundwork/load';
import { type Failure } from './messages.ts';

/** Returns the report of a failed request. `isGranted` says whether it succeeded when it was retried. */
export function failureOf(request: string, customerId: string, error: unknown, isGranted: boolean): Failure {
  const answer = error instanceof UnexpectedAnswer ? error.answer : undefined;
  const asksToComeAgain = answer?.status === 503 && answer.headers.has('retry-after');
  return {
    request,
    customerId,
    at: Date.now(),
    code: answer === undefined ? 'no-answer' : codeOf(answer),
    detail: describe(error),
    wasDeferred: asksToComeAgain && isGranted,
  };
}

function codeOf(answer: Answer): string {
  const problem = Problem.safeParse(parse(answer.text));
  return problem.success ? `${answer.status} ${problem.data.code}` : `${answer.status}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${describe(error.cause)}`;
}
