import { describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { openApiDocument } from './open-api-document.ts';

type Tree = { [key: string]: Tree };

const document = openApiDocument();
const tree = JSON.parse(JSON.stringify(document)) as Tree;

function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === '$ref' ? [String(inner)] : refsIn(inner)));
}

const resolve = (ref: string): unknown =>
  ref
    .slice(2)
    .split('/')
    .reduce<Tree | undefined>((node, step) => node?.[step], tree);

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(
      JSON.parse(JSON.stringify(document)) as Record<string, unknown>,
    );
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
    expect(validator.version).toBe('3.1');
  });

  it('resolves all of its references within the document', () => {
    const refs = refsIn(tree);
    expect(refs.length).toBeGreaterThan(50);
    expect(refs.filter((ref) => !ref.startsWith('#/') || resolve(ref) === undefined)).toEqual([]);
  });

  it('refers to each of its components', () => {
    const refs = new Set(refsIn(tree));
    const { schemas, headers, responses } = document.components;
    const unused = Object.entries({ schemas, headers, responses }).flatMap(([kind, components]) =>
      Object.keys(components)
        .map((name) => `#/components/${kind}/${name}`)
        .filter((ref) => !refs.has(ref)),
    );
    expect(unused).toEqual([]);
  });

  it('rejects unknown fields of an order, and quantities other than positive integers', () => {
    const order = tree['components']?.['schemas']?.['PlaceOrder'];
    expect(order).toMatchObject({
      additionalProperties: false,
      required: ['customerId', 'lines', 'paymentMethod'],
      properties: {
        customerId: { $ref: '#/components/schemas/Id' },
        lines: {
          minItems: 1,
          maxItems: 100,
          items: { properties: { quantity: { type: 'integer', minimum: 1, maximum: 1_000 } } },
        },
      },
    });
  });

  it('gives each operation a unique id and declares every parameter of its path', () => {
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.values(methods).map((operation) => ({
        path,
        ...(operation as { operationId: string; parameters?: { name: string; in: string }[] }),
      })),
    );
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { path, parameters = [] } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)).toEqual(
        inPath,
      );
    }
  });

  it('describes how answers that an edge may keep are revalidated', () => {
    for (const path of ['/v1/products', '/v1/products/{sku}', '/v1/sales/top-products']) {
      const { parameters, responses } = tree['paths']?.[path]?.['get'] as unknown as {
        parameters: object[];
        responses: Record<string, { headers: object; content?: object }>;
      };
      expect(parameters).toContainEqual(expect.objectContaining({ name: 'If-None-Match', in: 'header' }));
      const names = ['Cache-Status', 'Cache-Control', 'ETag', 'Surrogate-Key', 'xkey'];
      for (const status of ['200', '304'])
        expect(Object.keys(responses[status]?.headers ?? {})).toEqual(expect.arrayContaining(names));
      expect(responses['304']?.content).toBeUndefined();
    }
    expect(tree['paths']?.['/v1/orders/{id}']?.['get']?.['responses']).not.toHaveProperty('304');
  });

  it('makes parameters with a default optional', () => {
    const list = tree['paths']?.['/v1/customers/{id}/orders']?.['get']?.['parameters'] as unknown as object[];
    expect(list).toContainEqual({
      name: 'limit',
      in: 'query',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
    });
  });
});
