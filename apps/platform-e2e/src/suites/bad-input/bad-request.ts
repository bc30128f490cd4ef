import { type Outgoing } from '@groundwork/load';

/** What the platform holds when a bad request is made, for the requests that are nearly right. */
export interface Known {
  readonly customerId: string;
  readonly otherCustomerId: string;
  /** A cursor into the orders of the other customer. */
  readonly otherCursor: string;
  readonly orderId: string;
}

export interface BadRequest {
  readonly name: string;
  readonly request: (known: Known) => { readonly path: string } & Outgoing;
  readonly status: number;
  readonly code: string;
  /** Where the fault is, for problems that name it. */
  readonly pointer?: string;
  /** The value of `Allow`, for a wrong method. */
  readonly allow?: string;
}
