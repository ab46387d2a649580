import { describeHistoryAudit } from '../testing/history-audit-conformance.ts';
import { sqliteStores } from '../testing/history-store.ts';

describeHistoryAudit('SQLite', sqliteStores());
