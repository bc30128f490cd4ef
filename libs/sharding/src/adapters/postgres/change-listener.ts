import { Client } from 'pg';
import { SLOT_MAP_CHANNEL } from './directory-tables.ts';

const RECONNECT_MS = 500;

/**
 * Listens for changes of the map. It reconnects after a lost connection until `stop`. Each new connection counts as a
 * change, because notifications may have been missed.
 */
export class ChangeListener {
  private client: Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly url: string,
    private readonly onChange: () => void,
  ) {}

  start(): void {
    void this.connect();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.client?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    const client = new Client({
      connectionString: this.url,
      application_name: 'slot map listener',
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
    });
    this.client = client;
    client.on('notification', this.onChange);
    client.on('error', () => undefined);
    client.on('end', () => this.reconnectSoon(client));
    try {
      await client.connect();
      await client.query(`listen ${SLOT_MAP_CHANNEL}`);
      this.onChange();
    } catch {
      await client.end().catch(() => undefined);
      this.reconnectSoon(client);
    }
  }

  /** A client may report its end more than once, and a failed connect reports it as well. */
  private reconnectSoon(ended: Client): void {
    if (this.stopped || this.client !== ended) return;
    this.client = undefined;
    this.timer = setTimeout(() => void this.connect(), RECONNECT_MS);
  }
}
