export * from './decision-log.ts';
export * from './participant.ts';
export { GidPrefix } from './gid-prefix.ts';
export * from './two-phase-commit.ts';
export * from './two-phase-recovery.ts';
export * from './two-phase.errors.ts';
