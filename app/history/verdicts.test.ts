import { sqliteStores } from '../testing/history-store.ts';
import { describeVerdicts } from '../testing/verdict-conformance.ts';

describeVerdicts('SQLite', sqliteStores());
