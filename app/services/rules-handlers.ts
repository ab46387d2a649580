/** Handlers of the rows about rule files. */
import type { Handlers } from '../contract/dispatch.ts';
import type { rulesMethods } from '../contract/rules-methods.ts';
import { type RuleTrialParts, tryUnsavedRule } from './rule-trial-service.ts';
import type { RulesService } from './rules-service.ts';

/** The handlers. */
export function rulesHandlers(parts: RuleTrialParts & { readonly rules: RulesService }): Pick<Handlers, keyof typeof rulesMethods> {
  const { rules } = parts;
  return {
    'rules.list': () => rules.list(),
    'rules.check': (input) => rules.check(input),
    'rules.try': (input) => tryUnsavedRule(parts, input),
    'rules.test': (input) => rules.test(input),
    'rules.save': (input) => rules.save(input),
    'rules.export': (input) => rules.export(input),
  };
}
