import { workOn } from '../../../resharding/chunk.ts';
import { ReshardingError } from '../../../resharding/resharding.error.ts';
import { captureChunk, copyChunk } from './capture-and-copy.ts';
import { type Chunk } from './chunk-store.ts';
import { abandonChunk, dropChunk } from './drop-chunk.ts';
import { finishSwitch } from './finish-switch.ts';
import { byWay, followChunks } from './follow-chunks.ts';
import { type MoverContext } from './mover-context.ts';
import { switchChunk } from './switch-chunk.ts';
import { verifyChunk } from './verify-chunk.ts';

export interface RoundLog {
  waits(chunk: Chunk, reason: string): void;
}

/**
 * One round over all moves. A started switch is finished and following chunks catch up. Then one chunk each is verified,
 * switched, dropped, and copied a little further. A chunk that cannot continue (a shard is down) records the reason and does
 * not block others.
 */
export class MoverRound {
  private progressed = false;
  private hasUnfinishedSwitch = false;

  constructor(
    private readonly context: MoverContext,
    private readonly log: RoundLog,
    private readonly signal: AbortSignal,
  ) {}

  /** @returns `progressed`: whether to start the next round at once; `idle`: whether no move needs more work */
  async run(): Promise<{ progressed: boolean; idle: boolean }> {
    const all = await this.context.store.active();
    const abandoned = all.filter(({ goal }) => goal === 'abandon');
    await this.first(abandoned, (chunk) => abandonChunk(this.context, chunk, all));
    const chunks = all.filter(({ goal }) => goal !== 'abandon');
    const wanting = (work: ReturnType<typeof workOn>) =>
      chunks.filter((chunk) => workOn(chunk, chunk.goal) === work);
    const unfinished = chunks.filter(({ phase }) => phase === 'switching');
    await this.first(unfinished, (chunk) => finishSwitch(this.context, chunk));
    await this.follow(chunks.filter(({ phase }) => phase === 'following'));
    await this.first(
      chunks.filter(({ phase, wantsVerification }) => phase === 'following' && wantsVerification),
      (chunk) => verifyChunk(this.context, chunk),
    );
    if (unfinished.length === 0) {
      await this.first(
        wanting('switch').filter(({ id }) => this.context.backoff.mayTry(id)),
        (chunk) => this.switchOrBackOff(chunk),
      );
    }
    this.hasUnfinishedSwitch = false;
    await this.first(wanting('drop'), (chunk) => dropChunk(this.context, chunk, all));
    await this.first([...wanting('copy'), ...wanting('capture')], (chunk) => this.copyFurther(chunk));
    const idle = all.every((chunk) => workOn(chunk, chunk.goal) === 'follow' && !chunk.wantsVerification);
    return { progressed: this.progressed, idle };
  }

  /** A switch that was interrupted half-way allows no other switch in this round: see `recordSwitch`. */
  private async switchOrBackOff(chunk: Chunk): Promise<void> {
    const { backoff } = this.context;
    try {
      await switchChunk(this.context, chunk);
      backoff.succeeded(chunk.id);
    } catch (error) {
      backoff.failed(chunk.id);
      this.hasUnfinishedSwitch = true;
      this.hasUnfinishedSwitch = await this.context.store.isSwitching(chunk);
      throw error;
    }
  }

  private copyFurther(chunk: Chunk): Promise<void> {
    return chunk.phase === 'copying'
      ? copyChunk(this.context, chunk, this.signal)
      : captureChunk(this.context, chunk);
  }

  private async follow(chunks: readonly Chunk[]): Promise<void> {
    for (const together of byWay(chunks)) {
      await this.attempt(together, async () => {
        const notes = await followChunks(this.context, together);
        if (notes > 0) this.progressed = true;
      });
    }
  }

  /** Does the work for the first chunk for which it succeeds. */
  private async first(chunks: readonly Chunk[], work: (chunk: Chunk) => Promise<void>): Promise<void> {
    for (const chunk of chunks) {
      if (this.signal.aborted || this.hasUnfinishedSwitch) return;
      if (await this.attempt([chunk], () => work(chunk))) {
        this.progressed = true;
        return;
      }
    }
  }

  private async attempt(chunks: readonly Chunk[], work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof ReshardingError && error.code === 'mover-superseded') throw error;
      for (const chunk of chunks) await this.noteWhatIsWrong(chunk, error);
      return false;
    }
  }

  private async noteWhatIsWrong(chunk: Chunk, error: unknown): Promise<void> {
    const { message } = error as Error;
    this.log.waits(chunk, message);
    if (error instanceof ReshardingError && !error.retryable)
      await this.context.store.faulted(chunk, message);
    else await this.context.store.waits(chunk, message);
  }
}
