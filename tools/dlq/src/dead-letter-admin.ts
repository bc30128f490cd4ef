import {
  type DeadLetterFilter,
  type DeadLetterList,
  type DeadLetterStats,
  type DeadLetterStatus,
  type DiscardDeadLetter,
  type RedriveDeadLetter,
  type RedriveJob,
  type RedriveJobList,
  type ReviewedDeadLetter,
} from '@groundwork/contracts';
import { type AdminClient } from '@groundwork/operator-cli';

export interface LetterQuery extends DeadLetterFilter {
  readonly status?: DeadLetterStatus | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

export interface JobWish {
  readonly filter: DeadLetterFilter;
  /** Default: set by the platform. */
  readonly ratePerSecond?: number | undefined;
  readonly by: string;
}

/** The part of the admin API about dead letters. */
export class DeadLetterAdmin {
  readonly #client: AdminClient;

  constructor(client: AdminClient) {
    this.#client = client;
  }

  list(query: LetterQuery): Promise<DeadLetterList> {
    const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, String(value)]],
    );
    const search = new URLSearchParams(given).toString();
    return this.#client.get(search === '' ? 'dead-letters' : `dead-letters?${search}`);
  }

  stats(): Promise<DeadLetterStats> {
    return this.#client.get('dead-letters/stats');
  }

  letter(id: string): Promise<ReviewedDeadLetter> {
    return this.#client.get(`dead-letters/${id}`);
  }

  redrive(id: string, wish: RedriveDeadLetter, { dryRun = false } = {}): Promise<ReviewedDeadLetter> {
    return this.#client.post(`dead-letters/${id}/redrive${query(dryRun)}`, wish);
  }

  discard(id: string, wish: DiscardDeadLetter): Promise<ReviewedDeadLetter> {
    return this.#client.post(`dead-letters/${id}/discard`, wish);
  }

  requestJob(wish: JobWish, { dryRun = false } = {}): Promise<RedriveJob> {
    return this.#client.post(`dead-letter-redrives${query(dryRun)}`, wish);
  }

  async jobs(): Promise<readonly RedriveJob[]> {
    return (await this.#client.get<RedriveJobList>('dead-letter-redrives')).items;
  }

  job(id: string): Promise<RedriveJob> {
    return this.#client.get(`dead-letter-redrives/${id}`);
  }

  cancelJob(id: string): Promise<RedriveJob> {
    return this.#client.post(`dead-letter-redrives/${id}/cancel`, {});
  }
}

function query(dryRun: boolean): string {
  return dryRun ? '?dryRun=true' : '';
}
