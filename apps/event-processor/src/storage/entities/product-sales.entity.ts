import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * One part of the sales of a product by settled orders; the sum of all parts is the total. A projection of `PaymentSettled`.
 */
@Entity('product_sales')
export class ProductSalesEntity {
  @PrimaryColumn({ type: 'text' })
  sku!: string;

  @PrimaryColumn({ type: 'smallint' })
  part!: number;

  @Column({ name: 'units_sold', type: 'bigint' })
  unitsSold!: string;

  @Column({ name: 'revenue_amount', type: 'bigint' })
  revenueAmount!: string;

  @Column({ name: 'revenue_currency', type: 'text' })
  revenueCurrency!: string;
}
