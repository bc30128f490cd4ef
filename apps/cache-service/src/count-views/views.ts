import { WriteBehind, type CounterWrites } from '@groundwork/caching/write-behind';
import { type ProductViews } from '@groundwork/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { withReadProblems, withWriteProblems } from '../write-behind/write-problem.ts';

/** Counts the views of products. A view is one addition to a counter that is written behind. */
@Injectable()
export class Views {
  private readonly counters: CounterWrites;

  constructor(@Inject(WriteBehind) behind: WriteBehind) {
    this.counters = behind.counters('product-views');
  }

  /** Resolves when the view is acknowledged. */
  count(sku: string, idempotencyKey: string | undefined): Promise<void> {
    return withWriteProblems(() => this.counters.add(sku, 1, { idempotencyKey }));
  }

  read(sku: string): Promise<ProductViews> {
    return withReadProblems(async () => ({ sku, views: await this.counters.read(sku) }));
  }
}
