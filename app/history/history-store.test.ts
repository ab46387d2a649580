import { describeUsualCosts } from '../testing/history-costs-conformance.ts';
import { describeHistoryStore } from '../testing/history-conformance.ts';
import { sqliteStores } from '../testing/history-store.ts';

describeHistoryStore('SQLite', sqliteStores());
describeUsualCosts('SQLite', sqliteStores());
