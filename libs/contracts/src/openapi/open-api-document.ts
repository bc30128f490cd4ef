import { componentSchemas } from './component-schemas.ts';
import { describeOperation, type Operation } from './operation.ts';
import { basketOperations } from './operations/baskets.ts';
import { catalogueOperations } from './operations/catalogue.ts';
import { consumerOperations } from './operations/consumers.ts';
import { customerOperations } from './operations/customers.ts';
import { deadLetterOperations } from './operations/dead-letters.ts';
import { operatorOperations } from './operations/operators.ts';
import { orderOperations } from './operations/orders.ts';
import { sagaOperations } from './operations/sagas.ts';
import { shardOperations } from './operations/shards.ts';
import { problemResponseComponents } from './problem-responses.ts';
import { RESPONSE_HEADERS } from './response-headers.ts';

const OPERATIONS: readonly Operation[] = [
  ...customerOperations,
  ...orderOperations,
  ...catalogueOperations,
  ...basketOperations,
  ...operatorOperations,
  ...deadLetterOperations,
  ...consumerOperations,
  ...shardOperations,
  ...sagaOperations,
];

/** Returns an OpenAPI 3.1 document of the public HTTP API, made from the schemas that the services validate with. */
export function openApiDocument() {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Groundwork',
      version: '1.0.0',
      description:
        'A small shop on a reference platform. Ids are decimal strings; money is in integer minor units.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(OPERATIONS.map(({ tag }) => tag))].map((name) => ({ name })),
    paths: pathsOf(OPERATIONS),
    components: {
      schemas: componentSchemas(),
      headers: RESPONSE_HEADERS,
      responses: problemResponseComponents(),
      securitySchemes: { operatorKey: { type: 'apiKey', in: 'header', name: 'X-Operator-Key' } },
    },
  };
}

function pathsOf(operations: readonly Operation[]): Record<string, Record<string, object>> {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describeOperation(operation) };
  }
  return paths;
}
