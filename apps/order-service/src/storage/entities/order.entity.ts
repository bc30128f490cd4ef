import { type OrderStatus, type PaymentMethod, type Rejection } from '@groundwork/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('orders')
export class OrderEntity {
  @PrimaryColumn({ type: 'bigint' })
  id!: string;

  @Column({ name: 'customer_id', type: 'bigint' })
  customerId!: string;

  @Column({ type: 'text' })
  status!: OrderStatus;

  @Column({ name: 'total_amount', type: 'bigint' })
  totalAmount!: string;

  @Column({ name: 'total_currency', type: 'text' })
  totalCurrency!: string;

  @Column({ name: 'payment_method', type: 'text' })
  paymentMethod!: PaymentMethod;

  @Column({ name: 'rejection_code', type: 'text', nullable: true })
  rejectionCode!: Rejection['code'] | null;

  @Column({ name: 'rejection_detail', type: 'text', nullable: true })
  rejectionDetail!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  /** Null while the order is pending, and for orders that were settled before this column existed. */
  @Column({ name: 'settled_at', type: 'timestamptz', precision: 3, nullable: true })
  settledAt!: Date | null;

  @Column({ name: 'transferred_to', type: 'bigint', nullable: true })
  transferredTo!: string | null;

  @Column({ name: 'transferred_from', type: 'bigint', nullable: true })
  transferredFrom!: string | null;
}
