import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('order_lines')
export class OrderLineEntity {
  @PrimaryColumn({ name: 'order_id', type: 'bigint' })
  orderId!: string;

  /** Position from 1, in the order of the request. */
  @PrimaryColumn({ type: 'smallint' })
  position!: number;

  @Column({ type: 'text' })
  sku!: string;

  @Column({ type: 'int' })
  quantity!: number;

  @Column({ name: 'unit_price_amount', type: 'bigint' })
  unitPriceAmount!: string;

  @Column({ name: 'unit_price_currency', type: 'text' })
  unitPriceCurrency!: string;
}
