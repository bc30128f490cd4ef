import {
  type RequestShardMove,
  type Shard,
  type ShardList,
  type ShardMove,
  type ShardMoveList,
  type ShardPlan,
  type UnfinishedSaga,
  type UnfinishedSagaList,
} from '@groundwork/contracts';
import { type AdminClient } from '@groundwork/operator-cli';

export type Wish = 'verify' | 'switch' | 'reverse' | 'drop' | 'abandon';

/** The part of the admin API about shards, moves and sagas. */
export class ShardAdmin {
  readonly #client: AdminClient;

  constructor(client: AdminClient) {
    this.#client = client;
  }

  shards(): Promise<ShardList> {
    return this.#client.get('shards');
  }

  addShard(name: string, url: string | undefined): Promise<Shard> {
    return this.#client.post('shards', { name, ...(url !== undefined && { url }) });
  }

  plan(shards: readonly string[]): Promise<ShardPlan> {
    return this.#client.post('shard-plans', shards.length === 0 ? {} : { shards });
  }

  request(move: RequestShardMove, { dryRun = false } = {}): Promise<ShardMove> {
    return this.#client.post(`shard-moves${query(dryRun)}`, move);
  }

  async moves({ finished = false } = {}): Promise<readonly ShardMove[]> {
    return (await this.#client.get<ShardMoveList>(`shard-moves?finished=${finished}`)).items;
  }

  move(id: string): Promise<ShardMove> {
    return this.#client.get(`shard-moves/${id}`);
  }

  /** Returns the oldest saga first. */
  async unfinishedSagas(): Promise<readonly UnfinishedSaga[]> {
    return (await this.#client.get<UnfinishedSagaList>('sagas')).items;
  }

  wish(id: string, wish: Wish, { dryRun = false } = {}): Promise<ShardMove> {
    return this.#client.post(`shard-moves/${id}/${wish}${query(dryRun)}`, {});
  }
}

function query(dryRun: boolean): string {
  return dryRun ? '?dryRun=true' : '';
}
