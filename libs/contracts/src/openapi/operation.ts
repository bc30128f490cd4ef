import { type z } from 'zod';
import { refTo } from './component-schemas.ts';
import { ifNoneMatchParameter, type Parameter } from './parameters.ts';
import { type ProblemName, problemRefs } from './problem-responses.ts';
import { COMMON_HEADERS, type HeaderName, headerRefs, SHARED_HEADERS } from './response-headers.ts';

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
  /** The answer is equal for all clients, so an edge may keep it. It is revalidated, too. */
  readonly isShared?: boolean;
  /** A client may revalidate the answer by its ETag. */
  readonly isRevalidated?: boolean;
  readonly problems?: readonly ProblemName[];
  /** The operation requires the operator key. */
  readonly forOperators?: boolean;
}

const BODY_PROBLEMS: readonly ProblemName[] = ['RequestTimeout', 'PayloadTooLarge', 'UnsupportedMediaType'];
const OPERATOR_PROBLEMS: readonly ProblemName[] = ['OperatorKeyMissing', 'OperatorKeyInvalid'];

export function describeOperation(operation: Operation): object {
  const { body, success, problems = [], forOperators = false, isShared = false } = operation;
  const { isRevalidated = isShared } = operation;
  const parameters = [...(operation.parameters ?? []), ...(isRevalidated ? [ifNoneMatchParameter] : [])];
  const ownHeaders = [...COMMON_HEADERS, ...(isShared ? SHARED_HEADERS : []), ...(success.headers ?? [])];
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
        headers: headerRefs(ownHeaders),
        ...(success.schema && { content: { 'application/json': { schema: refTo(success.schema) } } }),
      },
      ...(isRevalidated && {
        304: { description: 'The client has the current body.', headers: headerRefs(ownHeaders) },
      }),
      ...problemRefs([
        ...problems,
        ...(body ? BODY_PROBLEMS : []),
        ...(forOperators ? OPERATOR_PROBLEMS : []),
      ]),
    },
  };
}
