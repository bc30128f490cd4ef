import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { routesJsonSchema } from './json-schema.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const yamlOf = (page: string) => /```yaml\n(.*?)```/s.exec(page)?.[1] ?? '';

describe('the JSON Schema of the routes file', () => {
  const validate = new Ajv2020({ strict: false }).compile(routesJsonSchema());
  const faultsOf = (text: string) => (validate(parse(text)) ? [] : validate.errors);

  it('is the published one: npm run --silent routes -- schema > apps/api-gateway/config/routes.schema.json', () => {
    expect(JSON.parse(read('config/routes.schema.json'))).toEqual(routesJsonSchema());
  });

  it.each([
    ['the shipped file', read('config/routes.yaml')],
    ['the README', yamlOf(read('README.md'))],
    ['docs/gateway.md', yamlOf(read('../../docs/gateway.md'))],
  ])('accepts the routes of %s', (_what, text) => {
    expect(text).toContain('routes:');
    expect(faultsOf(text)).toEqual([]);
  });

  it.each([
    ['an unknown field', 'retry: safe', 'retries: safe'],
    ['a value of another type', 'timeoutMs: 60000', 'timeoutMs: soon'],
    ['an unknown value', 'retry: none', 'retry: never'],
    ['a missing list', 'routes:', 'paths:'],
  ])('refuses %s', (_what, from, to) => {
    const text = `${read('config/routes.yaml')}    retry: safe\n`;
    expect(faultsOf(text)).toEqual([]);
    expect(text).toContain(from);
    expect(faultsOf(text.replace(from, to))).not.toEqual([]);
  });
});
