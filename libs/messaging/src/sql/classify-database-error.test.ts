import { describe, expect, it } from '@jest/globals';
import { errorKindOf } from '@groundwork/dlq';
import { classifyDatabaseError } from './classify-database-error.ts';

const ofServer = (code: string) => Object.assign(new Error('as the server says'), { code });
const fromTypeOrm = (driverError: Error) => Object.assign(new Error('query failed'), { driverError });
const kindOf = (error: unknown) => errorKindOf(classifyDatabaseError(error));

describe('a failed statement', () => {
  it.each([
    ['connection failure', '08006'],
    ['completion of a transaction unknown', '08007'],
    ['read-only: a standby that was the primary', '25006'],
    ['idle in transaction', '25P03'],
    ['transaction timeout', '25P04'],
    ['wrong password', '28P01'],
    ['no such database', '3D000'],
    ['disk full', '53100'],
    ['too many connections', '53300'],
    ['statement timeout', '57014'],
    ['shutdown', '57P01'],
    ['starting up', '57P03'],
    ['input/output error', '58030'],
  ])('costs no attempt when a restart, the network or less load fixes it: %s (%s)', (_name, state) => {
    expect(kindOf(ofServer(state))).toBe('infrastructure');
  });

  it.each([
    ['protocol violation: a missing parameter', '08P01'],
    ['foreign key', '23503'],
    ['unique', '23505'],
    ['serialization failure', '40001'],
    ['integrity constraint at the commit', '40002'],
    ['deadlock', '40P01'],
    ['no such table', '42P01'],
    ['no privilege', '42501'],
    ['out of memory, or of locks', '53200'],
    ['temporary files beyond the limit', '53400'],
    ['lock timeout', '55P03'],
    ['a missing file', '58P01'],
    ['raised by a function', 'P0001'],
    ['a damaged row', 'XX001'],
  ])('costs an attempt when another statement would succeed: %s (%s)', (_name, state) => {
    expect(kindOf(ofServer(state))).toBe('retryable');
  });

  it.each([
    ['not a number', '22P02'],
    ['too many columns', '54011'],
  ])('is never retried when its data is at fault: %s (%s)', (_name, state) => {
    expect(kindOf(ofServer(state))).toBe('permanent');
  });

  it.each([
    ['a BigInt in JSON', new TypeError('Do not know how to serialize a BigInt')],
    ['not a date', new RangeError('Invalid time value')],
    ['not JSON', new SyntaxError('Unexpected token')],
  ])('costs an attempt when the program is at fault: %s', (_name, error) => {
    expect(kindOf(error)).toBe('retryable');
    expect(kindOf(fromTypeOrm(error))).toBe('retryable');
  });

  it.each([
    ['refused', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
    ['refused at every address', Object.assign(new AggregateError([], 'connect'), { code: 'ECONNREFUSED' })],
    ['cut off', Object.assign(new Error('write'), { code: 'EPIPE' })],
    ['ended', new Error('Connection terminated unexpectedly')],
  ])('costs no attempt when the server was not reached: %s', (_name, error) => {
    expect(kindOf(error)).toBe('infrastructure');
    expect(kindOf(fromTypeOrm(error))).toBe('infrastructure');
  });

  it('keeps the classification of an adapter that knows its database better', () => {
    const error = Object.assign(ofServer('57P01'), { retryable: false });
    expect(classifyDatabaseError(error)).toBe(error);
  });
});
