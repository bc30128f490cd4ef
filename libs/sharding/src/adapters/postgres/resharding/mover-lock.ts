/** The advisory lock of the directory that the one mover holds. Any constant. */
export const MOVER_LOCK = 4_110_002;
