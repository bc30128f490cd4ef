import { doStepOnce, undoStepOnce } from '../src/adapters/postgres/saga-step-once.ts';
import { type SlotTransactions } from '../src/adapters/postgres/sql-session.ts';
import { type Saga, type SagaStep } from '../src/saga/saga.ts';
import { toSlot } from '../src/slots/slot.ts';

/** Slots of two databases. Each database has a table `accounts(slot, amount)`. */
export const [PAYER, PAYEE] = [toSlot(1), toSlot(2)];

export interface Payment {
  readonly amount: number;
  /** Whether writing the receipt fails. */
  readonly refused: boolean;
}

/** Takes money from one account, gives it to another in another database, then counts a receipt at the first. */
export function paymentSaga(
  transactions: SlotTransactions,
  reached: (place: string) => void = () => undefined,
): Saga<Payment> {
  const step = (name: string, slot: typeof PAYER, sign: number): SagaStep<Payment> => ({
    name,
    run: async ({ amount, refused }, saga) => {
      reached(`before ${name}`);
      if (sign === 0 && refused) throw new Error('no receipt');
      await transactions.transaction(slot, (session) =>
        doStepOnce(session, { saga, step: name, slot }, async () => {
          await session.query('update accounts set amount = amount + $2 where slot = $1', [
            slot,
            sign * amount,
          ]);
          if (sign === 0)
            await session.query('update accounts set receipts = receipts + 1 where slot = $1', [slot]);
        }),
      );
      reached(`after ${name}`);
    },
    compensate: async ({ amount }, saga) => {
      reached(`before undo ${name}`);
      await transactions.transaction(slot, (session) =>
        undoStepOnce(session, { saga, step: name, slot }, async () => {
          await session.query('update accounts set amount = amount - $2 where slot = $1', [
            slot,
            sign * amount,
          ]);
        }),
      );
      reached(`after undo ${name}`);
    },
  });
  return {
    name: 'payment',
    steps: [step('take', PAYER, -1), step('give', PAYEE, 1), step('receipt', PAYER, 0)],
  };
}
