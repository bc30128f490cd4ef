import { describeInvalidationJournal } from '../conformance/invalidation-journal.conformance.ts';
import { LocalJournal } from '../../test/local-journal.ts';

describeInvalidationJournal('LocalJournal', async () => {
  const journal = new LocalJournal();
  return {
    journal,
    announce: async (announcement) => journal.announce(announcement),
    loseAnnouncements: async () => journal.loseAnnouncements(),
    loseFollowers: async () => journal.loseFollowers(),
    close: async () => undefined,
  };
});
