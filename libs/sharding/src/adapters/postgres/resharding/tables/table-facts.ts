import { type Sql } from '../sql.ts';

export interface ColumnFacts {
  readonly name: string;
  readonly type: string;
  /** The type and everything else that limits its values: labels of an enum, a collation, a generation expression. */
  readonly definition: string;
  readonly isNotNull: boolean;
  readonly isGenerated: boolean;
  /** An identity, a serial, or any other default from a sequence. */
  readonly isNumbered: boolean;
  /** A value of this type has the same text in every session, so its note identifies the same row everywhere. */
  readonly isKeyType: boolean;
}

export interface IndexFacts {
  readonly name: string;
  /** The key columns, without included ones. The name of a column, or null for an expression. */
  readonly columns: readonly (string | null)[];
  /** The key columns as SQL. */
  readonly expressions: readonly string[];
  readonly predicate: string | null;
  readonly isPrimary: boolean;
  readonly isUnique: boolean;
  readonly isExclusion: boolean;
  /** Whether it is a complete b-tree without a condition, so that rows can be read in its order. */
  readonly isOrder: boolean;
  readonly nullsAreDistinct: boolean;
}

/** The facts that the catalog has about a table, before they are judged. Names of tables are in SQL syntax. */
export interface TableFacts {
  readonly name: string;
  readonly columns: readonly ColumnFacts[];
  readonly key: readonly string[] | null;
  readonly indexes: readonly IndexFacts[];
  readonly checks: readonly string[];
  /** The partition key of the table and the bounds of its partitions. */
  readonly partitions: readonly string[];
  /** Tables that it inherits from, or that inherit from it. */
  readonly relatives: readonly string[];
  /** Tables that its foreign keys refer to. */
  readonly references: readonly string[];
  /** Triggers and rules that also fire for replicated rows. */
  readonly replicaTriggers: readonly string[];
  /** Whether row-level security may hide rows from the current role. */
  readonly isHidden: boolean;
}

/** The name of a table (`pg_class` c, `pg_namespace` n) in SQL syntax. */
export const TABLE_NAME_SQL = `case when n.nspname = current_schema() then quote_ident(c.relname)
  else quote_ident(n.nspname) || '.' || quote_ident(c.relname) end`;

/**
 * The text of other types depends on session settings, or loses information as JSON (bounds of arrays, digits of floats).
 */
const KEY_TYPES = `'{int2,int4,int8,numeric,text,varchar,bpchar,citext,name,char,uuid,bytea,bool,date,time,timetz,timestamp,timestamptz,inet,cidr,macaddr,macaddr8,bit,varbit,oid}'::name[]`;

const COLUMNS = `
  select jsonb_agg(jsonb_build_object(
    'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
    'isNotNull', a.attnotnull, 'isGenerated', a.attgenerated <> '',
    'isNumbered', a.attidentity <> '' or a.attgenerated = '' and coalesce(pg_get_expr(d.adbin, d.adrelid), '') ~* '\\mnextval\\M'
      or d.oid is not null and exists (select from pg_depend, pg_class s where pg_depend.classid = 'pg_attrdef'::regclass and objid = d.oid
        and refclassid = 'pg_class'::regclass and refobjid = s.oid and s.relkind = 'S'),
    'isKeyType', type.typcategory <> 'A' and (base.typtype = 'e' or base.typname = any(${KEY_TYPES})),
    'definition', concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
      case when a.attnotnull then 'not null' end,
      'collate ' || (select collname from pg_collation where pg_collation.oid = nullif(a.attcollation, type.typcollation)),
      case when a.attgenerated <> '' then 'as ' || pg_get_expr(d.adbin, d.adrelid) end,
      case when type.typtype = 'd' then
        (select string_agg(pg_get_constraintdef(oid), ' ' order by conname) from pg_constraint where contypid = type.oid) end,
      case when base.typtype = 'e' then
        (select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder) from pg_enum where enumtypid = base.oid) end,
      (select string_agg(part.attname || ' ' || format_type(part.atttypid, part.atttypmod), ', ' order by part.attnum)
        from pg_attribute part where part.attrelid = nullif(base.typrelid, 0) and not part.attisdropped and part.attnum > 0))
  ) order by a.attname)
  from pg_attribute a
  join pg_type type on type.oid = a.atttypid
  join pg_type base on base.oid = coalesce(nullif(type.typbasetype, 0), case when type.typcategory = 'A' then nullif(type.typelem, 0) end, type.oid)
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped`;

const INDEXES = `
  select coalesce(jsonb_agg(jsonb_build_object(
    'name', c.relname, 'isPrimary', i.indisprimary, 'isUnique', i.indisunique, 'isExclusion', i.indisexclusion,
    'isOrder', i.indisvalid and i.indpred is null and am.amname = 'btree', 'nullsAreDistinct', not i.indnullsnotdistinct,
    'predicate', pg_get_expr(i.indpred, i.indrelid),
    'expressions', (select jsonb_agg(pg_get_indexdef(i.indexrelid, at, false) order by at) from generate_series(1, i.indnkeyatts) at),
    'columns', (select jsonb_agg(a.attname order by at) from generate_series(1, i.indnkeyatts) at
      left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = (i.indkey::int2[])[at - 1] and a.attnum > 0)
  ) order by c.relname), '[]')
  from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am am on am.oid = c.relam
  where i.indrelid = t.oid`;

const KEY = `
  select jsonb_agg(a.attname order by at)
  from pg_index i, generate_series(1, i.indnkeyatts) at, pg_attribute a
  where i.indrelid = t.oid and i.indisprimary and a.attrelid = t.oid and a.attnum = (i.indkey::int2[])[at - 1]`;

/** Tables of extensions are left out: each extension creates them on every shard itself. */
const READ_CATALOG = `
  with tables as (
    select c.oid, c.relkind, ${TABLE_NAME_SQL} as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't'
      and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
      and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype = 'e')
  ), partitions as (
    select t.oid as table, c.oid, pg_get_expr(c.relpartbound, c.oid) as bound
    from tables t, pg_partition_tree(t.oid) tree join pg_class c on c.oid = tree.relid
    where t.relkind = 'p' and c.oid <> t.oid
  )
  select t.name, (${KEY}) as key, (${COLUMNS}) as columns, (${INDEXES}) as indexes,
    (select coalesce(jsonb_agg(pg_get_constraintdef(oid) order by pg_get_constraintdef(oid)), '[]')
      from pg_constraint where conrelid = t.oid and contype = 'c') as checks,
    (select coalesce(jsonb_agg(bound order by bound), '[]')
      from (select bound from partitions where partitions.table = t.oid
        union all select pg_get_partkeydef(t.oid) where t.relkind = 'p') parts) as partitions,
    (select coalesce(jsonb_agg(${TABLE_NAME_SQL} order by c.relname), '[]')
      from pg_inherits join pg_class c on c.oid = case inhparent when t.oid then inhrelid else inhparent end
      join pg_namespace n on n.oid = c.relnamespace
      where t.oid in (inhparent, inhrelid) and t.relkind = 'r') as relatives,
    (select coalesce(jsonb_agg(distinct ${TABLE_NAME_SQL}), '[]')
      from pg_constraint f join pg_class c on c.oid = f.confrelid join pg_namespace n on n.oid = c.relnamespace
      where f.conrelid = t.oid and f.contype = 'f' and not c.relispartition) as "references",
    (select coalesce(jsonb_agg(name order by name), '[]') from (
      select tgname as name from pg_trigger where not tgisinternal and tgenabled in ('A', 'R')
        and (tgrelid = t.oid or tgrelid in (select oid from partitions where partitions.table = t.oid))
      union all select rulename from pg_rewrite where ev_class = t.oid and ev_enabled in ('A', 'R')) fired) as "replicaTriggers",
    row_security_active(t.oid) as "isHidden"
  from tables t
  order by t.name`;

/**
 * Reads the facts of all tables of a shard in every schema. Partitions count as part of their table. The statement has a
 * name, so that it is planned once: a mover runs it several times for each chunk, and planning took a third of the time.
 */
export function readTableFacts(shard: Sql): Promise<TableFacts[]> {
  return shard.query<TableFacts>(READ_CATALOG, [], 'read table facts');
}
