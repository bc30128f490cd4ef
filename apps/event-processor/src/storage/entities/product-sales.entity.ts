import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What settled orders sold of a product, in parts that are to be added up: a projection of `PaymentSettled`. */
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
