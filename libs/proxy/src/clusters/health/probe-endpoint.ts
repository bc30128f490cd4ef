import { Client } from 'undici';

/** Returns whether an endpoint answers a GET with 2xx. Uses a connection of its own, because all others may wait. Never rejects. */
export async function probeEndpoint(
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
