import { type Logger } from 'typeorm';

/** TypeORM says nothing by itself: what fails is thrown, and whoever catches it logs it once, as JSON. */
export const quietTypeormLogger: Logger = {
  logQuery: () => undefined,
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: () => undefined,
};
