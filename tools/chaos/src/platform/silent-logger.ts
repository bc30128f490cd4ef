import { type MessagingLogger } from '@groundwork/messaging';

/** Drills inject faults on purpose, so the log lines of producers and consumers about these faults are dropped. */
export const SILENT: MessagingLogger = { debug() {}, info() {}, warn() {}, error() {} };
