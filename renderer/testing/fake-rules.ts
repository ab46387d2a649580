/** Rules for a window without a core. */
import type { PlannedRule, RuleSummary } from '../../app/model/rule.ts';
import type { PlannedSource } from '../../app/model/plan.ts';

const types = ['password', 'email', 'phone', 'token'];

const detections = types.map((type) => ({
  key: `${type}_change`,
  title: `Change of ${type}`,
  about: type,
  logsource: { product: 'client_activity', category: type },
}));

/** The rule that is shipped as the default. */
export const allFour: RuleSummary = {
  key: 'ato_all_four',
  title: 'All four account changes by one client inside a day',
  description: 'Password, e-mail, phone and token changed within 24 hours, in any order.',
  level: 'high',
  file: '/home/analyst/cam/config/rules/ato_all_four.yml',
  line: 3,
  words: 'password, email, phone and token',
  changes: { types, atLeast: 4 },
  timespanHours: 24,
  groupBy: ['user_id'],
  detections,
  filters: [],
  tests: 8,
};

/** Its near miss. */
export const threeOfFour: RuleSummary = {
  ...allFour,
  key: 'ato_three_of_four',
  title: 'Three of four account changes by one client inside a day',
  description: 'At least three of password, e-mail, phone and token changed within 24 hours, in any order.',
  level: 'medium',
  file: '/home/analyst/cam/config/rules/ato_three_of_four.yml',
  words: 'at least 3 of password, email, phone and token',
  changes: { types, atLeast: 3 },
  tests: 5,
};

/** A rule as the plan of these sources has it. */
export function plannedFakeRule(rule: RuleSummary, sources: readonly Pick<PlannedSource, 'id' | 'changeType'>[]): PlannedRule {
  return {
    ...rule,
    text: `title: ${rule.title}\n`,
    sources: rule.detections.map(({ key, logsource }) => ({
      detection: key,
      sources: sources.filter(({ changeType }) => changeType === logsource.category).map(({ id }) => id),
    })),
  };
}
