import { expect, it } from '@jest/globals';
import { InvalidCursorError } from './cursor/invalid-cursor.error.ts';
import { IdsUnavailableError } from './ids/ids-unavailable.error.ts';
import { DuplicateNamesError } from './json/duplicate-names.error.ts';
import { ReshardingError } from './resharding/resharding.error.ts';
import { SagaLeaseLostError } from './saga/saga-lease-lost.error.ts';
import { UnknownSagaError } from './saga/unknown-saga.error.ts';
import { IncompleteScatterError } from './scatter-gather/incomplete-scatter.error.ts';
import { ShardDeadlineError } from './scatter-gather/shard-deadline.error.ts';
import { UnsortedSourceError } from './scatter-gather/unsorted-source.error.ts';
import { InvalidSlotMapError } from './slots/invalid-slot-map.error.ts';
import { StaleEpochError } from './slots/stale-epoch.error.ts';
import {
  TwoPhaseAbortedError,
  TwoPhaseUnavailableError,
  TwoPhaseUndecidedError,
} from './two-phase-commit/two-phase.errors.ts';
import { UnmappableValueError } from './vindexes/unmappable-value.error.ts';
import { InvalidVSchemaError } from './vschema/invalid-vschema.error.ts';
import { UnroutableError } from './vschema/unroutable.error.ts';
import { VSchemaChangedError } from './vschema/vschema-changed.error.ts';

const cause = new Error('the cause');

// Services map codes to answers, and consumers retry what is retryable: neither may change unnoticed.
it.each([
  [new DuplicateNamesError(['/a']), 'DuplicateNamesError', 'duplicate-names', false],
  [new IdsUnavailableError('no window', 7), 'IdsUnavailableError', 'ids-unavailable', true],
  [new IncompleteScatterError(['b'], { cause }), 'IncompleteScatterError', 'incomplete-scatter', true],
  [new InvalidCursorError(), 'InvalidCursorError', 'invalid-cursor', false],
  [new InvalidSlotMapError('a gap'), 'InvalidSlotMapError', 'invalid-slot-map', false],
  [new InvalidVSchemaError([]), 'InvalidVSchemaError', 'invalid-vschema', false],
  [new ReshardingError('owns-slots', 'it owns slots'), 'ReshardingError', 'owns-slots', false],
  [new ReshardingError('owns-slots', '', { retryable: true }), 'ReshardingError', 'owns-slots', true],
  [new SagaLeaseLostError('one'), 'SagaLeaseLostError', 'saga-lease-lost', true],
  [new ShardDeadlineError('b', 20), 'ShardDeadlineError', 'shard-deadline', true],
  [new StaleEpochError('it moved'), 'StaleEpochError', 'stale-epoch', true],
  [new TwoPhaseAbortedError('g'), 'TwoPhaseAbortedError', 'two-phase-aborted', true],
  [new TwoPhaseUndecidedError('g', cause), 'TwoPhaseUndecidedError', 'two-phase-undecided', true],
  [
    new TwoPhaseUnavailableError('b', 'disabled', cause),
    'TwoPhaseUnavailableError',
    'two-phase-disabled',
    false,
  ],
  [
    new TwoPhaseUnavailableError('b', 'exhausted', cause),
    'TwoPhaseUnavailableError',
    'two-phase-exhausted',
    true,
  ],
  [new UnknownSagaError('trip', 'one'), 'UnknownSagaError', 'unknown-saga', false],
  [new UnmappableValueError('x', 'a number'), 'UnmappableValueError', 'unmappable-value', false],
  [new UnroutableError('orders', 'no column'), 'UnroutableError', 'unroutable', false],
  [new UnsortedSourceError(1), 'UnsortedSourceError', 'unsorted-source', false],
  [new VSchemaChangedError([]), 'VSchemaChangedError', 'vschema-changed', false],
])(
  '%s has the name %s and the code %s, and says whether a retry may help: %s',
  (error, name, code, retryable) => {
    expect(error).toMatchObject({ name, code, retryable });
  },
);

it('a changed VSchema says which rows would not be found, and why', () => {
  const change = { table: 'shop.emails', columns: ['email'], from: 'xxhash of email', to: 'hash of email' };
  const error = new VSchemaChangedError([
    { ...change, movesRows: true },
    { ...change, table: 'shop.users', movesRows: false },
  ]);
  expect(error.message).toContain(
    'the rows of shop.emails were placed by xxhash of email, and would be looked for by hash of email; ' +
      'rows of shop.users were found by xxhash of email, and would be looked for by hash of email',
  );
});

it('an unroutable table names no columns and no cause unless they are given', () => {
  const error = new UnroutableError('orders', 'no column');
  expect([error.given, error.routable, 'cause' in error]).toEqual([[], [], false]);
});

it.each([
  new IncompleteScatterError(['b'], { cause }),
  new ReshardingError('owns-slots', '', { cause }),
  new StaleEpochError('it moved', { cause }),
  new TwoPhaseAbortedError('g', cause),
  new TwoPhaseUndecidedError('g', cause),
  new TwoPhaseUnavailableError('b', 'disabled', cause),
  new UnroutableError('orders', 'no column', [], [], cause),
])('%s keeps its cause', (error) => {
  expect(error.cause).toBe(cause);
});
