import {
  type Announcement,
  type Followed,
  type InvalidationJournal,
  type Marks,
} from '../src/invalidation/journal.ts';

const LOST = '?';

/** A journal without a server, for several managers of one test. The test can lose its contents. */
export class LocalJournal implements InvalidationJournal {
  #announcements: { readonly position: number; readonly announcement: Announcement }[] = [];
  readonly #followers = new Map<string, { readonly position: number; readonly mark: number }>();
  readonly #announced = new Set<() => void>();
  readonly #caughtUp = new Set<() => void>();
  #end = 0;
  #calls = 0;
  #start = 0;

  constructor() {
    this.loseFollowers();
  }

  get end(): string {
    return String(this.#end);
  }

  announce(announcement: Announcement): string {
    this.#end += 1;
    this.#announcements.push({ position: this.#end, announcement });
    this.#announced.forEach((wake) => wake());
    return this.end;
  }

  async follow(follower: string, position = ''): Promise<Followed> {
    const from = Number(position);
    const isComplete = position !== '' && from >= this.#start;
    this.#calls += 1;
    this.#followers.set(follower, { position: isComplete ? from : -1, mark: this.#calls });
    if (this.#behind(from).length === 0) this.#caughtUp.forEach((wake) => wake());
    const missed = isComplete ? this.#announcements.filter((entry) => entry.position > from) : [];
    return {
      isComplete,
      announcements: missed.map(({ announcement }) => announcement),
      position: this.end,
    };
  }

  async behind(position: string, silent: Marks): Promise<Marks> {
    for (const [follower, mark] of silent)
      if (String(this.#followers.get(follower)?.mark) === mark) this.#followers.delete(follower);
    return new Map(this.#behind(Number(position)).map(([follower, { mark }]) => [follower, String(mark)]));
  }

  async leave(follower: string): Promise<void> {
    this.#followers.delete(follower);
    this.#caughtUp.forEach((wake) => wake());
  }

  onAnnounced(wake: () => void): () => void {
    this.#announced.add(wake);
    return () => this.#announced.delete(wake);
  }

  onCaughtUp(wake: () => void): () => void {
    this.#caughtUp.add(wake);
    return () => this.#caughtUp.delete(wake);
  }

  /** Loses what was announced so far, as a Redis does that evicts the stream. */
  loseAnnouncements(): void {
    this.#announcements = [];
    this.#end += 1;
    this.#start = this.#end;
    this.loseFollowers();
  }

  loseFollowers(): void {
    this.#followers.clear();
    this.#calls += 1;
    this.#followers.set(LOST, { position: -1, mark: this.#calls });
  }

  #behind(position: number) {
    return [...this.#followers].filter(([, follower]) => follower.position < position);
  }
}
