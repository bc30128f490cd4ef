import { Client } from 'undici';

/** Probes a replica on a separate connection, because all connections of the pool may be waiting. Never rejects. */
export async function probeReplica(
  { origin, host }: { readonly origin: string; readonly host: string },
  path: string,
  timeoutMs: number,
): Promise<boolean> {
  const client = new Client(origin, { connect: { timeout: timeoutMs } });
  try {
    const { statusCode, body } = await client.request({
      method: 'GET',
      path,
      headers: { host },
      signal: AbortSignal.timeout(timeoutMs),
    });
    await body.dump();
    return statusCode >= 200 && statusCode < 300;
  } catch {
    return false;
  } finally {
    await client.destroy();
  }
}
