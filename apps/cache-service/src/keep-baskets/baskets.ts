import { type DocumentWrites, type Versioned, WriteBehind } from '@groundwork/caching/write-behind';
import { type Basket } from '@groundwork/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { withReadProblems, withWriteProblems } from '../write-behind/write-problem.ts';
import { type Condition } from './conditions.ts';

/** Keeps the basket of each customer: a document that is written behind. */
@Injectable()
export class Baskets {
  private readonly documents: DocumentWrites<Basket>;

  constructor(@Inject(WriteBehind) behind: WriteBehind) {
    this.documents = behind.documents('baskets');
  }

  read(customerId: string): Promise<Versioned<Basket>> {
    return withReadProblems(() => this.documents.read(customerId));
  }

  /** Returns the version of the new basket, and whether there was none. */
  put(
    customerId: string,
    basket: Basket,
    ifVersion: Condition,
  ): Promise<{ version: number; isNew: boolean }> {
    return withWriteProblems(async () => {
      const { version: before } = await this.documents.read(customerId);
      const version = await this.documents.put(customerId, basket, { ifVersion });
      return { version, isNew: before === 0 };
    });
  }

  delete(customerId: string, ifVersion: Condition): Promise<void> {
    return withWriteProblems(() => this.documents.delete(customerId, { ifVersion }));
  }
}
