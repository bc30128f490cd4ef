import { backpressure } from './backpressure/backpressure.lab.ts';
import { deadLetters } from './dead-letters/dead-letters.lab.ts';
import { exactlyOnce } from './exactly-once/exactly-once.lab.ts';
import { herd } from './herd/herd.lab.ts';
import { inboundLimit } from './inbound-limit/inbound-limit.lab.ts';
import { keys } from './keys/keys.lab.ts';
import { type Lab } from './lab.ts';
import { ranges } from './ranges/ranges.lab.ts';
import { ring } from './ring/ring.lab.ts';
import { tokenBucket } from './token-bucket/token-bucket.lab.ts';
import { writeBehind } from './write-behind/write-behind.lab.ts';

export const LABS: readonly Lab[] = [
  ring,
  ranges,
  keys,
  herd,
  writeBehind,
  exactlyOnce,
  deadLetters,
  backpressure,
  inboundLimit,
  tokenBucket,
];
