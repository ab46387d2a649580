import { postgresStores } from '../testing/history-store.ts';
import { describeLedger } from '../testing/ledger-conformance.ts';

describeLedger('PostgreSQL', postgresStores(), true);
