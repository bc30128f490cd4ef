import {
  type Problem,
  type RequestShardMove,
  type Shard,
  type ShardList,
  type ShardMove,
  type ShardMoveList,
  type ShardPlan,
} from '@groundwork/contracts';
import { EXIT, ShardsError } from './shards.error.ts';

export type Wish = 'verify' | 'switch' | 'reverse' | 'drop';

/** The admin API behind the gateway. @throws {ShardsError} what the platform refuses, or that it cannot be reached */
export class AdminClient {
  readonly #baseUrl: string;
  readonly #operatorKey: string;

  constructor(baseUrl: string, operatorKey: string) {
    this.#baseUrl = baseUrl;
    this.#operatorKey = operatorKey;
  }

  shards(): Promise<ShardList> {
    return this.send('GET', 'shards');
  }

  addShard(name: string, url: string | undefined): Promise<Shard> {
    return this.send('POST', 'shards', { name, ...(url !== undefined && { url }) });
  }

  plan(shards: readonly string[]): Promise<ShardPlan> {
    return this.send('POST', 'shard-plans', shards.length === 0 ? {} : { shards });
  }

  request(move: RequestShardMove, { dryRun = false } = {}): Promise<ShardMove> {
    return this.send('POST', `shard-moves${query(dryRun)}`, move);
  }

  async moves({ finished = false } = {}): Promise<readonly ShardMove[]> {
    return (await this.send<ShardMoveList>('GET', `shard-moves?finished=${finished}`)).items;
  }

  move(id: string): Promise<ShardMove> {
    return this.send('GET', `shard-moves/${id}`);
  }

  wish(id: string, wish: Wish, { dryRun = false } = {}): Promise<ShardMove> {
    return this.send('POST', `shard-moves/${id}/${wish}${query(dryRun)}`, {});
  }

  private async send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.exchange(method, path, body);
    if (response.ok) return (await response.json()) as T;
    const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
    const faults = problem.errors?.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; ');
    const words = problem.detail ?? faults ?? problem.title ?? `the platform answered ${response.status}`;
    const status = response.status >= 500 ? EXIT.unreachable : EXIT.refused;
    throw new ShardsError(
      problem.code ?? 'unexpected-answer',
      status,
      faults === undefined ? words : `${words} ${faults}`,
    );
  }

  private async exchange(method: string, path: string, body: unknown): Promise<Response> {
    try {
      return await fetch(`${this.#baseUrl}/v1/admin/${path}`, {
        method,
        headers: {
          'x-operator-key': this.#operatorKey,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(65_000),
      });
    } catch (error) {
      const why = ((error as Error).cause as Error | undefined)?.message ?? (error as Error).message;
      throw new ShardsError(
        'platform-unreachable',
        EXIT.unreachable,
        `${this.#baseUrl} cannot be reached (${why}): does the platform run? npm run status`,
        { cause: error },
      );
    }
  }
}

function query(dryRun: boolean): string {
  return dryRun ? '?dryRun=true' : '';
}
