/** Which sources of a run a rule's `logsource` means. */
import type { ChangeType } from '../model/change-type.ts';
import type { Logsource } from './rule.ts';

/** What a source is known by. */
export interface LogsourceCandidate {
  /** The source's id. */
  readonly source: string;
  readonly database: string;
  /** `null`: a raw table, which no rule sees. */
  readonly changeType: ChangeType | null;
}

/** The `product` of every source of this program. */
export const ownProduct = 'client_activity';

/**
 * Ids of the sources that a log source means: `product` is `client_activity`, `category` is the change type, `service` is the
 * name of the database. A key that is not there does not restrict; case does not matter.
 */
export function sourcesOfLogsource(logsource: Logsource, candidates: readonly LogsourceCandidate[]): readonly string[] {
  const fits = (wanted: string | undefined, actual: string): boolean =>
    wanted === undefined || wanted.toLowerCase() === actual.toLowerCase();
  return candidates
    .filter(
      ({ database, changeType }) =>
        changeType !== null &&
        fits(logsource.product, ownProduct) &&
        fits(logsource.category, changeType) &&
        fits(logsource.service, database),
    )
    .map(({ source }) => source);
}

/** Whether everything that `narrow` means, `wide` means too. */
export function coversLogsource(wide: Logsource, narrow: Logsource): boolean {
  return (['product', 'category', 'service'] as const).every(
    (key) => wide[key] === undefined || wide[key].toLowerCase() === narrow[key]?.toLowerCase(),
  );
}

/** A log source in words: `email`, `email on account_db`, `every source`; the product is told only where it is none of ours. */
export function logsourceLabel({ product, category, service }: Logsource): string {
  const foreign = product === undefined || product.toLowerCase() === ownProduct ? undefined : product;
  const what = [foreign, category].filter((part) => part !== undefined).join('/');
  if (service === undefined) return what === '' ? 'every source' : what;
  return `${what === '' ? 'every source' : what} on ${service}`;
}
