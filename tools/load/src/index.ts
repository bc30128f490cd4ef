export { Answer, UnexpectedAnswer } from './client/answer.ts';
export { inParallel } from './client/in-parallel.ts';
export { send, type Outgoing } from './client/send.ts';
export { sendSurely, type Attempts } from './client/send-surely.ts';
export { Shop } from './client/shop.ts';
export { type Books, type Inventory, type Units } from './ledger/books.ts';
export { Databases, type DatabaseUrls } from './ledger/databases.ts';
export { formatLedger } from './ledger/format-ledger.ts';
export { drawUp, type Ledger } from './ledger/ledger.ts';
export {
  chargesOf,
  customersOnShard,
  inventoryOf,
  ordersOf,
  readBooks,
  rowCounts,
  settledCount,
  unsettledCount,
} from './ledger/read-books.ts';
export { LOAD_SKUS, planOrders, type PlannedOrder } from './orders/plan-orders.ts';
