import { type TokenBucket } from '@groundwork/rate-limiting';
import { PaymentLimitError } from './payment-limit.error.ts';
import { type ChargeOutcome, type ChargeRequest, type PaymentProvider } from './payment-provider.ts';

/** Keeps the charges of this process within the limit of the provider. They wait for their turn, in the order of the calls. */
export class LimitedProvider implements PaymentProvider {
  constructor(
    private readonly provider: PaymentProvider,
    private readonly limit: Pick<TokenBucket, 'acquire'>,
  ) {}

  /** @throws {PaymentLimitError} when the charge had to wait too long: nothing was charged */
  async charge(request: ChargeRequest, signal: AbortSignal): Promise<ChargeOutcome> {
    try {
      await this.limit.acquire(1, { signal });
    } catch (error) {
      throw new PaymentLimitError(error);
    }
    return this.provider.charge(request, signal);
  }
}
