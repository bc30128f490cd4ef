import { REFUSED_ROLES, REFUSED_TABLES } from '@groundwork/sharding/conformance';
import { examineTables, SLOT_TABLES_SQL, TABLES_OF_THE_SHARD_ITSELF } from '@groundwork/sharding/postgres';
import { type Pool } from 'pg';

export interface Refusal {
  readonly kind: string;
  /** The check's message about the table; undefined if it accepted the table, or did not name the place or a remedy. */
  readonly said: string | undefined;
}

/** Creates every table that cannot be moved, and runs the check. */
export async function refusalsOn(spare: Pool): Promise<readonly Refusal[]> {
  await spare.query(SLOT_TABLES_SQL.up);
  for (const { ddl } of REFUSED_TABLES) await spare.query(ddl);
  const sql = {
    query: async (text: string, values?: unknown[]) => (await spare.query(text, values)).rows as never,
  };
  const { faults } = await examineTables(sql, {
    staying: [...TABLES_OF_THE_SHARD_ITSELF, ...REFUSED_ROLES.staying],
    queues: REFUSED_ROLES.queues,
  });
  return REFUSED_TABLES.map(({ kind, name, part, remedy }) => {
    const fault = faults.find(
      (one) => one.table === name && one.part === part && one.remedy.includes(remedy),
    );
    const said = fault && [`table ${name}`, part, fault.remedy].filter(Boolean).join(', ');
    return { kind, said };
  });
}
