import { describeHistoryAudit } from '../testing/history-audit-conformance.ts';
import { describeAuditExport } from '../testing/history-export-conformance.ts';
import { sqliteStores } from '../testing/history-store.ts';

describeHistoryAudit('SQLite', sqliteStores());
describeAuditExport('SQLite', sqliteStores());
