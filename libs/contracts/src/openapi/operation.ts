import { type z } from 'zod';
import { refTo } from './component-schemas.ts';
import { type Parameter } from './parameters.ts';
import { type ProblemName, problemRefs } from './problem-responses.ts';
import { COMMON_HEADERS, type HeaderName, headerRefs } from './response-headers.ts';

/** One method of one path. `describeOperation` converts it to OpenAPI. */
export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  readonly path: string;
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly parameters?: readonly Parameter[];
  readonly body?: z.ZodType;
  /** Without a schema, the response has no content. */
  readonly success: {
    status: 200 | 201 | 202 | 204;
    schema?: z.ZodType;
    headers?: readonly HeaderName[];
  };
  readonly problems?: readonly ProblemName[];
  /** The operation requires the operator key. */
  readonly forOperators?: boolean;
}

const BODY_PROBLEMS: readonly ProblemName[] = ['RequestTimeout', 'PayloadTooLarge', 'UnsupportedMediaType'];
const OPERATOR_PROBLEMS: readonly ProblemName[] = ['OperatorKeyMissing', 'OperatorKeyInvalid'];

export function describeOperation(operation: Operation): object {
  const { body, success, problems = [], forOperators = false, parameters = [] } = operation;
  return {
    operationId: operation.operationId,
    tags: [operation.tag],
    summary: operation.summary,
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: refTo(body) } } },
    }),
    ...(forOperators && { security: [{ operatorKey: [] }] }),
    responses: {
      [success.status]: {
        description: operation.summary,
        headers: headerRefs([...COMMON_HEADERS, ...(success.headers ?? [])]),
        ...(success.schema && { content: { 'application/json': { schema: refTo(success.schema) } } }),
      },
      ...problemRefs([
        ...problems,
        ...(body ? BODY_PROBLEMS : []),
        ...(forOperators ? OPERATOR_PROBLEMS : []),
      ]),
    },
  };
}
