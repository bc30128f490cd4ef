import { Client } from 'pg';

export interface LostAnswerOptions {
  readonly url: string;
  /** A statement without an answer for this time is suspected. Default: 3,000. */
  readonly suspectMs?: number;
  /** How long a new connection and its question may take. Default: 2,000. */
  readonly probeMs?: number;
}

/** An answer that is on its way arrives within this time after its backend has become idle. */
const ON_ITS_WAY_MS = 500;

/**
 * Waits for a statement, and closes its connection if the answer is lost: the network may drop a connection silently, and then the client
 * would wait until its timeout, which is long because a copy may take long. A silent statement may also be slow. So a second connection
 * asks the server whether the backend of the first one still works.
 *
 * @returns the answer. Rejects as the statement does, or when its connection is closed.
 */
export async function withoutLostAnswer<T>(
  client: Client,
  statement: Promise<T>,
  { url, suspectMs = 3_000, probeMs = 2_000 }: LostAnswerOptions,
): Promise<T> {
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const lookAfter = (ms: number, isSure: boolean) => {
    timer = setTimeout(() => void look(isSure), ms);
    timer.unref();
  };
  const look = async (isSure: boolean) => {
    const works = await backendWorks(client, url, probeMs);
    if (isOver) return;
    if (works) lookAfter(suspectMs, false);
    else if (isSure) streamOf(client).destroy(new Error('the connection lost the answer of the server'));
    else lookAfter(ON_ITS_WAY_MS, true);
  };
  lookAfter(suspectMs, false);
  try {
    return await statement;
  } finally {
    isOver = true;
    clearTimeout(timer);
  }
}

/** Returns false as well if the server cannot be asked. Never rejects. */
async function backendWorks(client: Client, url: string, probeMs: number): Promise<boolean> {
  const other = new Client({
    connectionString: url,
    application_name: 'shard-mover-probe',
    connectionTimeoutMillis: probeMs,
    query_timeout: probeMs,
  });
  other.on('error', () => undefined);
  try {
    await other.connect();
    const { rows } = await other.query<{ state: string }>(
      'select state from pg_stat_activity where pid = $1',
      [(client as Client & { processID: number }).processID],
    );
    return rows[0]?.state === 'active';
  } catch {
    return false;
  } finally {
    void other.end().catch(() => undefined);
  }
}

function streamOf(client: Client): { destroy(error: Error): void } {
  return (client as unknown as { connection: { stream: { destroy(error: Error): void } } }).connection.stream;
}
