import { sqliteStores } from '../testing/history-store.ts';
import { describeLedger } from '../testing/ledger-conformance.ts';

describeLedger('SQLite', sqliteStores(), false);
