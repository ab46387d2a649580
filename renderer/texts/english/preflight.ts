import type { SourceCheck } from '../../../app/model/check.ts';
import type { PreflightVerdict } from '../../../app/model/preflight.ts';
import { plural } from './plural.ts';

const verdictWords: Readonly<Record<PreflightVerdict, string>> = { ok: 'ok', warning: 'look', blocked: 'not usable' };

/** Kerberos ticket, client library and the check of all databases. */
export const preflightTexts = {
  kerberos: (verdict: PreflightVerdict, ends: string | null, isTooShort: boolean) =>
    isTooShort && ends !== null && verdict === 'warning'
      ? `Kerberos: ends in ${ends}, before the run does`
      : ends === null || verdict === 'blocked'
        ? `Kerberos: ${verdictWords[verdict]}`
        : `Kerberos: ${verdictWords[verdict]}, ends in ${ends}`,
  endsBeforeRun: (ends: string, runEnds: string, zone: string) =>
    `The Kerberos ticket ends ${ends}, the run is expected to last until ${runEnds} ${zone}: renew it first.`,
  expectedUntil: (time: string) => `A run started now is expected to last until ${time}.`,
  details: 'Kerberos ticket and client library',
  usedBy: (databases: readonly string[]) => `Used by ${databases.join(', ')}`,
  facts: { principal: 'Principal', realm: 'Realm', cache: 'Cache', ends: 'Ends', renewable: 'Renewable', clock: 'Clock offset' },
  renewableUntil: (time: string) => `until ${time}`,
  notRenewable: 'no',
  clockOffset: (seconds: number) => `${seconds} s`,
  client: 'Oracle client library',
  clientVersion: (version: string) => `Version ${version}`,
  checkAgain: 'Check again',
  check: 'Check databases',
  checking: 'Checking…',
  checkHint: 'Logs on to every database and describes every query. Nothing is run and nothing is changed; it takes 30 seconds at most.',
  checkHead: { source: 'Query', endpoint: 'Endpoint', found: 'Found', mender: 'Who can mend it' },
  found: ({ columns, roles }: SourceCheck) =>
    roles === undefined ? plural(columns.length, 'column') : `${plural(columns.length, 'column')}; id ${roles.user}, time ${roles.time}`,
  checkVerdict: (failed: number, all: number, seconds: string) =>
    failed === 0
      ? `All ${plural(all, 'query', 'queries')} are ready (${seconds} s).`
      : `${failed} of ${plural(all, 'query', 'queries')} are not ready (${seconds} s).`,
};
