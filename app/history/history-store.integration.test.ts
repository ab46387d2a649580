import { describeUsualCosts } from '../testing/history-costs-conformance.ts';
import { describeHistoryStore } from '../testing/history-conformance.ts';
import { postgresStores } from '../testing/history-store.ts';

describeHistoryStore('PostgreSQL', postgresStores());
describeUsualCosts('PostgreSQL', postgresStores());
