/** The advisory lock of the directory that the active mover holds. Any constant works. */
export const MOVER_LOCK = 4_110_002;
