/** Events in a transaction, for us and for the bare client. */
export const BATCH_SIZE = 500;
