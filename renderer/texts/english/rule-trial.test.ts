import { describe, expect, it } from 'vitest';
import type { RuleTrialView } from '../../../app/model/rule-trial.ts';
import { ruleTrialTexts } from './rule-trial.ts';

const window = { from: '2026-11-19T13:00:00.000000Z', to: '2026-11-20T13:00:00.000000Z' };
const nobody: RuleTrialView = {
  rule: { key: 'four', title: 'Four', timespanHours: 24 },
  run: { runId: 'run-1', startedAt: window.to, window, windowHours: 24, isHunt: false },
  leftOut: 0,
  groupBy: ['user_id'],
  confirmed: { count: 0, first: [] },
  undetermined: { count: 0, first: [] },
  missing: [],
  expected: 4,
  unknownFields: [],
  withoutSource: [],
};

describe('the headline of a trial', () => {
  it('says that nobody qualifies where everything could be judged, and of what else it cannot speak', () => {
    expect(ruleTrialTexts.headline(nobody)).toBe('No client qualifies.');
    expect(ruleTrialTexts.headline({ ...nobody, leftOut: 25 })).toBe(
      'No client qualifies by the rows that could take part; 25 rows without an id or a time could not.',
    );
  });
});
