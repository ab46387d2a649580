import { postgresStores } from '../testing/history-store.ts';
import { describeVerdicts } from '../testing/verdict-conformance.ts';

describeVerdicts('PostgreSQL', postgresStores());
