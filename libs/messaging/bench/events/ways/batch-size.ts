/** Number of events in a transaction, in our way and on the bare client. */
export const BATCH_SIZE = 500;
