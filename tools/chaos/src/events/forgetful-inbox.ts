import { type Databases } from '@groundwork/load';

/**
 * Makes an inbox lose its memory: an event that arrives again looks new. The old row is deleted at the moment when the same
 * row is inserted again, so the consumers run unchanged, and every duplicate has its effect again.
 */
const FORGETFUL = `
  create function forget_event() returns trigger language plpgsql as $$
  begin
    delete from inbox where slot = new.slot and consumer = new.consumer and event_id = new.event_id;
    return new;
  end $$;
  create trigger forgetful before insert on inbox for each row execute function forget_event();`;

export async function makeInboxForgetful(databases: Databases): Promise<void> {
  await databases.events.query(FORGETFUL);
}
