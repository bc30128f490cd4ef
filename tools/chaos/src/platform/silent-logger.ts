import { type MessagingLogger } from '@groundwork/messaging';

/** Drills break things on purpose: what producers and consumers log about it says nothing new. */
export const SILENT: MessagingLogger = { debug() {}, info() {}, warn() {}, error() {} };
