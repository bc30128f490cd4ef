import { type Region } from '@groundwork/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('customers')
export class CustomerEntity {
  @PrimaryColumn({ type: 'bigint' })
  id!: string;

  @Column({ type: 'text' })
  email!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  region!: Region;

  @Column({ type: 'text', nullable: true })
  tenant!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  /** The key of the request that created the customer; only `SignUpReplay` reads it. */
  @Column({ name: 'sign_up_key', type: 'text', nullable: true, select: false })
  signUpKey?: string | null;

  @Column({ name: 'sign_up_hash', type: 'bytea', nullable: true, select: false })
  signUpHash?: Buffer | null;
}
