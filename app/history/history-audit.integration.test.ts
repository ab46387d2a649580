import { describeHistoryAudit } from '../testing/history-audit-conformance.ts';
import { describeAuditExport } from '../testing/history-export-conformance.ts';
import { postgresStores } from '../testing/history-store.ts';

describeHistoryAudit('PostgreSQL', postgresStores());
describeAuditExport('PostgreSQL', postgresStores());
