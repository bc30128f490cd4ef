import {
  type Consumer,
  type ConsumerList,
  type ConsumerSummary,
  type PauseConsumer,
  type PausedConsumer,
  type ResumeConsumer,
} from '@groundwork/contracts';
import { type AdminClient, CliError } from '@groundwork/operator-cli';

/** The part of the admin API about consumer groups. */
export class ConsumersAdmin {
  readonly #client: AdminClient;

  constructor(client: AdminClient) {
    this.#client = client;
  }

  /**
   * Returns all groups. Only the service that a group belongs to knows its pauses, so some groups need a request of their
   * own.
   */
  async list(): Promise<readonly ConsumerSummary[]> {
    const { items } = await this.#client.get<ConsumerList>('consumers');
    return Promise.all(
      items.map(async (item) => ({ ...item, pauses: item.pauses ?? (await this.#pausesOf(item.group)) })),
    );
  }

  read(group: string): Promise<Consumer> {
    return this.#client.get(pathOf(group));
  }

  pause(group: string, wish: PauseConsumer): Promise<PausedConsumer> {
    return this.#client.post(`${pathOf(group)}/pause`, wish);
  }

  resume(group: string, wish: ResumeConsumer): Promise<PausedConsumer> {
    return this.#client.post(`${pathOf(group)}/resume`, wish);
  }

  /** @returns null if the group's service is unavailable, so that the other groups can still be shown */
  async #pausesOf(group: string): Promise<Consumer['pauses']> {
    try {
      return (await this.read(group)).pauses;
    } catch (error) {
      if (error instanceof CliError && error.retryable) return null;
      throw error;
    }
  }
}

function pathOf(group: string): string {
  return `consumers/${encodeURIComponent(group)}`;
}
