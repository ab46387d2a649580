/** Rows of the contract about rule files: list, check, test, save, hand on. They answer also while the configuration has problems. */
import * as z from 'zod';
import type { ConfigProblem } from '../model/database.ts';
import type { RuleSummary } from '../model/rule.ts';
import type { RuleTrialView } from '../model/rule-trial.ts';
import { method } from './method.ts';
import { empty, ruleKey, runId } from './parts.ts';

/** A rule file with its text. */
export interface RuleFileView {
  /** Its name without a folder. */
  readonly name: string;
  readonly text: string;
}

/** How one test that stands in a rule file ended. */
export interface RuleTestView {
  /** Key of the rule. */
  readonly rule: string;
  readonly test: string;
  readonly file: string;
  /** Line of the test, counted from 1. */
  readonly line: number;
  /** What is not as expected, one sentence each; empty where the test passed. */
  readonly failures: readonly string[];
}

/** All rules of the folder. */
export interface RulesView {
  /** Absolute path of the folder. */
  readonly directory: string;
  /** Key of the rule that runs unless another is asked for; absent where there is none. */
  readonly defaultRule?: string;
  /** None while there are problems: no rule of the folder is used then. */
  readonly rules: readonly RuleSummary[];
  readonly files: readonly RuleFileView[];
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
}

/** What is known of a text before it is saved, read together with all other files of the folder. */
export interface RuleCheckView {
  /** Of any file: a change here may break a rule elsewhere. */
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
  /** The rules in the text. */
  readonly rules: readonly RuleSummary[];
  /** Tests of all rules that the text has a part in; none while there are problems. */
  readonly tests: readonly RuleTestView[];
}

/** What came of saving. */
export interface RuleSaveView extends RuleCheckView {
  readonly isSaved: boolean;
  /** Absolute path. */
  readonly path: string;
  /** Where the text before is kept; absent for a new file. */
  readonly backup?: string;
}

const text = z.string().max(1024 * 1024);
/** No folder, no trick: lower-case letters, digits, `_` and `-`. */
const fileName = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,69}\.ya?ml$/, {
  error: 'A rule file is called by lower-case letters, digits, _ and -, and ends in .yml.',
});

/** The rows. */
export const rulesMethods = {
  'rules.list': method(empty).returns<RulesView>(),
  /** Checks a text in place of a file of the folder, or beside all of them. Nothing is written. */
  'rules.check': method(z.strictObject({ text, file: fileName.optional() })).returns<RuleCheckView>(),
  /**
   * Tries a rule of a text, the first unless `rule` names another, on the rows of a run that is open or kept, the newest unless
   * `runId` names another. Nothing is asked of a database, and the run's report stays. @throws `config.invalid`, `not.found`
   */
  'rules.try': method(
    z.strictObject({ text, file: fileName.optional(), rule: ruleKey.optional(), runId: runId.optional() }),
  ).returns<RuleTrialView>(),
  /** Runs the tests that stand in the files: all, or those of one rule. @throws `config.invalid` while there are problems */
  'rules.test': method(z.strictObject({ rule: ruleKey.optional() })).returns<{ readonly tests: readonly RuleTestView[] }>(),
  /**
   * Writes a file of the folder, the text before kept beside it. Nothing is written where the text has a problem, or where a test
   * fails and `evenIfTestsFail` is not set: then `isSaved` is false and the answer says why.
   */
  'rules.save': method(z.strictObject({ file: fileName, text, evenIfTestsFail: z.boolean().default(false) })).returns<RuleSaveView>(),
  /** A rule and all it refers to as one Sigma file for other tools, and where they read it otherwise. */
  'rules.export': method(z.strictObject({ rule: ruleKey })).returns<{
    readonly fileName: string;
    readonly text: string;
    readonly warnings: readonly string[];
  }>(),
} as const;
