import { type Databases } from '@groundwork/load';

/**
 * An inbox that remembers nothing: an event that comes again is as new as the first time. The row of before goes in the
 * moment the same is inserted, so consumers run as they are, and every duplicate has its effect again.
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
