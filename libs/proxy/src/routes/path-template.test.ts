import { describe, expect, it } from '@jest/globals';
import { compilePathTemplate } from './path-template.ts';
import { Redirect } from './redirect.ts';
import { type PathMatch } from './route-match.ts';

describe('a path made from the path of a request', () => {
  it.each<[PathMatch, string, string, string]>([
    [{ template: '/v1/orders/{id}' }, '/orders/{id}', '/v1/orders/7', '/orders/7'],
    [{ template: '/{region}/orders/{id}' }, '/{id}/of/{region}', '/eu/orders/a%20b', '/a%20b/of/eu'],
    [{ template: '/a/{x}' }, '/fixed', '/a/1', '/fixed'],
    [{ exact: '/a' }, '/b', '/a', '/b'],
    [{ prefix: '/v1' }, '/internal', '/v1/orders/7', '/internal/orders/7'],
    [{ prefix: '/v1' }, '/internal/', '/v1', '/internal'],
    [{ prefix: '/v1/' }, '/internal', '/v1/orders', '/internal/orders'],
    [{ prefix: '/v1' }, '/', '/v1', '/'],
    [{ prefix: '/v1' }, '/', '/v1/a', '/a'],
    [{ prefix: '/' }, '/all', '/a/b', '/all/a/b'],
  ])('%j as %s: %s is %s', (match, text, path, made) => {
    expect(compilePathTemplate(match, text)(path)).toBe(made);
  });

  it('has only parameters that the route has', () => {
    expect(() => compilePathTemplate({ template: '/a/{x}' }, '/{y}')).toThrow(
      'expected a parameter of the path, not {y}',
    );
    expect(() => compilePathTemplate({ prefix: '/a' }, '/{x}')).toThrow(RangeError);
    expect(() => compilePathTemplate({ regex: '/a' }, '/b')).toThrow(RangeError);
  });
});

describe('a redirect', () => {
  it('keeps the query unless told otherwise, and the method by default', () => {
    const kept = new Redirect({ template: '/old/{id}' }, { to: 'https://new.example/{id}' });
    expect([kept.status, kept.location('/old/7', '?a=b')]).toEqual([308, 'https://new.example/7?a=b']);
    const dropped = new Redirect({ exact: '/old' }, { to: '/new', status: 303, keepQuery: false });
    expect([dropped.status, dropped.location('/old', '?a=b')]).toEqual([303, '/new']);
  });
});
