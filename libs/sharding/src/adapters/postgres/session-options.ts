/**
 * For the `options` of a connection. The mover and the writers must see what others have committed after they got a lock,
 * whatever `default_transaction_isolation` is set for a database or a role.
 */
export const READ_COMMITTED_SESSION = '-c default_transaction_isolation=read\\ committed';
