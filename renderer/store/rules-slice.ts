import type { RulesView } from '../../app/contract/rules-methods.ts';
import type { Failure } from '../../app/model/failure.ts';

/** What the page of rules shows. */
export interface RulesSlice {
  /** `null` until it was asked. */
  readonly view: RulesView | null;
  readonly failure: Failure | null;
  /** Name of the file that is open; `null` for the first one. */
  readonly file: string | null;
  /** Texts that are not saved, by file name: leaving the page does not lose them. */
  readonly drafts: Readonly<Record<string, string>>;
}

/** Nothing asked, nothing changed. */
export function initialRules(): RulesSlice {
  return { view: null, failure: null, file: null, drafts: {} };
}
