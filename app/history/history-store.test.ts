import { describeHistoryStore } from '../testing/history-conformance.ts';
import { sqliteStores } from '../testing/history-store.ts';

describeHistoryStore('SQLite', sqliteStores());
