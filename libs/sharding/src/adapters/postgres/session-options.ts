/**
 * For the `options` of a connection. The mover and the writers read what others have committed since they took a lock, whatever
 * `default_transaction_isolation` a database or a role is given.
 */
export const READ_COMMITTED_SESSION = '-c default_transaction_isolation=read\\ committed';
