import { type DocumentWrites, type Versioned, WriteBehind } from '@groundwork/caching/write-behind';
import { type PutBasket } from '@groundwork/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { withWriteProblems } from '../write-behind/write-problem.ts';
import { type Condition, entityTagOf } from './conditions.ts';

/** Keeps the basket of each customer: a document that is written behind. */
@Injectable()
export class Baskets {
  private readonly documents: DocumentWrites<PutBasket>;

  constructor(@Inject(WriteBehind) behind: WriteBehind) {
    this.documents = behind.documents('baskets');
  }

  read(customerId: string): Promise<Versioned<PutBasket>> {
    return withWriteProblems(() => this.documents.read(customerId));
  }

  /** Returns the version of the new basket. */
  put(customerId: string, basket: PutBasket, condition: Condition): Promise<number> {
    return withWriteProblems(async () => {
      const ifVersion = await this.versionOf(customerId, condition);
      return this.documents.put(customerId, basket, { ifVersion });
    });
  }

  delete(customerId: string, condition: Condition): Promise<void> {
    return withWriteProblems(async () => {
      const ifVersion = await this.versionOf(customerId, condition);
      await this.documents.delete(customerId, { ifVersion });
    });
  }

  /** Of several versions, the current one is expected. If it is none of them, a version that never exists. */
  private async versionOf(
    customerId: string,
    condition: Condition,
  ): Promise<number | 'existing' | undefined> {
    if (condition === 'always') return undefined;
    if (condition === 'existing') return 'existing';
    if (condition === 'absent') return 0;
    const { version } = await this.documents.read(customerId);
    return version > 0 && condition.oneOf.includes(entityTagOf(version)) ? version : -1;
  }
}
