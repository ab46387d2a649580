/** Rule files of a core in memory: listed and saved, checked only for being rules at all. */
import type { CheckedInput, MethodOutput } from '../../app/contract/methods.ts';
import type { rulesMethods, RuleTestView } from '../../app/contract/rules-methods.ts';
import type { RuleSummary } from '../../app/model/rule.ts';
import { allFour, threeOfFour } from './fake-rules.ts';

type RuleHandlers = {
  readonly [K in keyof typeof rulesMethods]: (input: CheckedInput<K>) => MethodOutput<K>;
};

const directory = '/home/analyst/cam/config/rules';

function textOf({ title, key, detections, timespanHours }: RuleSummary): string {
  return `title: ${title}
name: ${key}
correlation:
  type: temporal
  rules: [${detections.map((detection) => detection.key).join(', ')}]
  group-by: [user_id]
  timespan: ${String(timespanHours)}h
`;
}

/** Of a text that speaks of tokens, whose source is missing, nobody is confirmed. */
function trialOf(key: string, text: string): MethodOutput<'rules.try'> {
  const window = { from: '2026-11-19T13:00:00.000000Z', to: '2026-11-20T13:00:00.000000Z' };
  const isOpen = text.includes('token_change');
  return {
    rule: { key, title: key, timespanHours: 24 },
    run: { runId: '20261120-140000-9f31aa', startedAt: window.to, window, windowHours: 24, isHunt: false },
    leftOut: 0,
    groupBy: ['user_id'],
    confirmed: isOpen ? { count: 0, first: [] } : { count: 2, first: ['1000000', '1000037'] },
    undetermined: isOpen ? { count: 3, first: ['1000000', '1000037', '1000074'] } : { count: 0, first: [] },
    missing: isOpen
      ? [
          {
            ...{ source: 'accounts/Get token changes', database: 'accounts', query: 'Get token changes', changeType: 'token' },
            ...{ reason: 'timeout', message: 'The query took longer than 60 s.', window },
          },
        ]
      : [],
    expected: isOpen ? 4 : 2,
    unknownFields: text.includes('ip_adress') ? [{ source: 'accounts/Get all password changes', fields: ['ip_adress'] }] : [],
    withoutSource: isOpen ? ['logon (no source in this run)'] : [],
  };
}

/** The handlers, with the texts that have been saved. */
export function fakeRulesHandlers(): RuleHandlers {
  const rules = [allFour, threeOfFour];
  const files = new Map(rules.map((rule) => [rule.file.slice(directory.length + 1), textOf(rule)]));
  const testsOf = (own: readonly RuleSummary[]): readonly RuleTestView[] =>
    own.flatMap(({ key, file }) => [{ rule: key, test: 'the last change exactly 24 hours after the first', file, line: 14, failures: [] }]);
  const check = (text: string, file: string): MethodOutput<'rules.check'> => {
    const path = `${directory}/${file}`;
    if (!/^title:/m.test(text)) {
      const problem = {
        file: path,
        line: 1,
        column: 1,
        key: '',
        message: 'The rule has no title.',
        action: 'Write title: and what the rule finds.',
      };
      return { problems: [problem], warnings: [], rules: [], tests: [] };
    }
    const own = rules.filter((rule) => rule.file === path);
    return { problems: [], warnings: [], rules: own, tests: testsOf(own) };
  };
  return {
    'rules.list': () => ({
      directory,
      defaultRule: allFour.key,
      rules,
      files: [...files].map(([name, text]) => ({ name, text })),
      problems: [],
      warnings: [],
    }),
    'rules.check': ({ text, file = 'unsaved-text.yml' }) => check(text, file),
    'rules.try': ({ rule = allFour.key, text }) => trialOf(rule, text),
    'rules.test': ({ rule }) => ({ tests: testsOf(rules.filter(({ key }) => rule === undefined || key === rule)) }),
    'rules.save': ({ text, file }) => {
      const checked = check(text, file);
      const isSaved = checked.problems.length === 0;
      if (isSaved) files.set(file, text);
      return { ...checked, isSaved, path: `${directory}/${file}` };
    },
    'rules.export': ({ rule }) => ({ fileName: `mr_${rule}.yml`, text: `name: ${rule}\n`, warnings: [] }),
  };
}
