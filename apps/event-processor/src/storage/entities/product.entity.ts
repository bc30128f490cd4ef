import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A product with the units that are available to orders. */
@Entity('products')
export class ProductEntity {
  @PrimaryColumn({ type: 'text' })
  sku!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ name: 'price_amount', type: 'bigint' })
  priceAmount!: string;

  @Column({ name: 'price_currency', type: 'text' })
  priceCurrency!: string;

  @Column({ type: 'int' })
  stock!: number;
}
