import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A message some consumer gave up on. `position` is the order in which letters were stored. */
@Entity('dead_letters')
export class DeadLetterEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'bigint', generated: 'identity', insert: false })
  position!: string;

  @Column({ type: 'text' })
  consumer!: string;

  @Column({ type: 'text' })
  topic!: string;

  @Column({ type: 'int' })
  partition!: number;

  @Column({ name: 'message_offset', type: 'bigint' })
  offset!: string;

  @Column({ type: 'text', nullable: true })
  key!: string | null;

  @Column({ name: 'event_id', type: 'text', nullable: true })
  eventId!: string | null;

  @Column({ name: 'event_type', type: 'text', nullable: true })
  eventType!: string | null;

  @Column({ type: 'int' })
  attempts!: number;

  @Column({ name: 'error_code', type: 'text' })
  errorCode!: string;

  @Column({ name: 'error_message', type: 'text' })
  errorMessage!: string;

  @Column({ type: 'json' })
  headers!: Record<string, string>;

  /** JSON text, not text: a payload may hold U+0000, which Postgres's text cannot. */
  @Column({ type: 'json', nullable: true })
  payload!: string | null;

  @Column({ name: 'failed_at', type: 'timestamptz' })
  failedAt!: Date;
}
