/** Runs one payment and kills itself at a named place: `payment.process.ts PAYER_URL PAYEE_URL SAGA_ID REFUSED KILL_AT`. */
import { PostgresSagaLog } from '../src/adapters/postgres/saga-log.ts';
import { SagaRunner } from '../src/saga/saga-runner.ts';
import { PAYEE, PAYER, paymentSaga } from './payment.saga.ts';
import { SlotDatabases } from './slot-databases.ts';

const [payerUrl, payeeUrl, id, refused, killAt] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
];
const databases = new SlotDatabases({ [payerUrl]: [PAYER], [payeeUrl]: [PAYEE] });
const saga = paymentSaga(databases, (place) => {
  if (place === killAt) process.kill(process.pid, 'SIGKILL');
});
const runner = new SagaRunner({ log: new PostgresSagaLog(databases), sagas: [saga], leaseMs: 100 });
await runner.start({
  slot: PAYER,
  id,
  saga: 'payment',
  context: { amount: 10, refused: refused === 'true' },
});
await databases.close();
