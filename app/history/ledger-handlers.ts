/** The ledger's part of the reader: each method on the open store. */
import type { RpcHandlers } from '../channel/rpc.ts';
import type { LedgerMethods } from '../model/ledger.ts';
import { addAlertsOf, alertPage, claimAlert, endAlert, expireAlerts, returnAlert, waitingAlerts } from './alert-outbox.ts';
import { beatInterval, claimInterval, dropClaim, endInterval } from './interval-claims.ts';
import {
  extendLedger,
  ledgerCounts,
  ledgerPage,
  missIntervals,
  openIntervals,
  pauseSchedule,
  reopenFuture,
  reopenIntervals,
  scheduleRecord,
} from './ledger.ts';
import type { Store } from './store.ts';

/** Answers with the store, which is opened first where that is needed. */
export type WithStore = <T>(answer: (store: Store) => Promise<T>) => Promise<T>;

/** Handlers of all methods of the ledger. */
export function ledgerHandlers(withStore: WithStore): RpcHandlers<LedgerMethods> {
  return {
    schedule: (input) => withStore(({ db }) => scheduleRecord(db, input)),
    extendLedger: (input) => withStore(({ db }) => extendLedger(db, input)),
    openIntervals: ({ schedule }) => withStore(({ db }) => openIntervals(db, schedule)),
    claimInterval: (input) => withStore((store) => claimInterval(store, input)),
    beatInterval: (input) => withStore(({ db }) => beatInterval(db, input)),
    endInterval: (input) => withStore((store) => endInterval(store, input)),
    dropClaim: (input) => withStore((store) => dropClaim(store, input)),
    missIntervals: (input) => withStore((store) => missIntervals(store, input)),
    reopenIntervals: (input) => withStore(({ db }) => reopenIntervals(db, input)),
    reopenFuture: (input) => withStore(({ db }) => reopenFuture(db, input)),
    pauseSchedule: (input) => withStore(({ db }) => pauseSchedule(db, input)),
    ledger: (input) => withStore(({ db }) => ledgerPage(db, input)),
    ledgerCounts: ({ schedule }) => withStore(({ db }) => ledgerCounts(db, schedule)),
    addAlerts: (input) => withStore(({ db }) => addAlertsOf(db, input)),
    waitingAlerts: (input) => withStore(({ db }) => waitingAlerts(db, input)),
    expireAlerts: (input) => withStore(({ db }) => expireAlerts(db, input)),
    claimAlert: (input) => withStore(({ db }) => claimAlert(db, input)),
    endAlert: (input) => withStore(({ db }) => endAlert(db, input)),
    returnAlert: (input) => withStore(({ db }) => returnAlert(db, input)),
    alerts: (input) => withStore(({ db }) => alertPage(db, input)),
  };
}
