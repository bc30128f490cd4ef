import { type Outgoing } from '@groundwork/load';

/** Data that exists on the platform, for invalid requests that refer to it. */
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
  /** The expected location of the fault, if the problem names it. */
  readonly pointer?: string;
  /** A method that `Allow` must contain, for a wrong method. */
  readonly allow?: string;
}
