import { describeHistoryAudit } from '../testing/history-audit-conformance.ts';
import { postgresStores } from '../testing/history-store.ts';

describeHistoryAudit('PostgreSQL', postgresStores());
