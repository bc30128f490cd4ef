import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The outcome of the payment of an order. */
@Entity('payments')
export class PaymentEntity {
  @PrimaryColumn({ name: 'order_id', type: 'bigint' })
  orderId!: string;

  @Column({ type: 'text' })
  status!: 'settled' | 'declined';

  @Column({ name: 'charge_id', type: 'text', nullable: true })
  chargeId!: string | null;

  @Column({ type: 'bigint' })
  amount!: string;

  @Column({ type: 'text' })
  currency!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
