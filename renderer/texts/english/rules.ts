import type { RuleSummary } from '../../../app/model/rule.ts';
import { changeTypeWord, listOf, plural } from './plural.ts';

/** The page of rules. */
export const ruleTexts = {
  title: 'Rules',
  from: (directory: string) => `From ${directory}`,
  list: 'Rules by file',
  noRule: 'No rule in it',
  byDefault: 'default',
  unsaved: 'not saved',
  /** What a rule looks for; kinds of change are called as everywhere in the window. */
  words: ({ words, changes }: Pick<RuleSummary, 'words' | 'changes'>) => {
    if (changes === undefined) return words;
    const { types, atLeast } = changes;
    return `${atLeast < types.length ? `at least ${String(atLeast)} of ` : ''}${listOf(types.map(changeTypeWord))}`;
  },
  hours: (hours: number) => `within ${String(hours)} h`,
  tests: (count: number) => plural(count, 'test'),
  newFile: 'New file',
  newName: 'Name of the new file',
  newHint: 'such as many_resets.yml',
  badName: 'Lower-case letters, digits, _ and -, ending in .yml.',
  taken: 'There is a file of this name.',
  create: 'Create',
  template: (name: string) => `title: What the rule finds
name: ${name}
correlation:
  type: temporal
  rules: [password_change, email_change]
  group-by: [user_id]
  timespan: 24h
level: medium
`,
  editor: (file: string) => `Text of ${file}`,
  save: 'Save',
  saveAnyway: 'Save although tests fail',
  discard: 'Discard the change',
  copySigma: (rule: string) => `Copy ${rule} as a Sigma file`,
  saved: (backup: string | undefined) =>
    `Saved. A run started from now on uses it.${backup === undefined ? '' : ` The text before is kept in ${backup}.`}`,
  checking: 'Checking…',
  findings: 'What is known of this text',
  mistakes: (count: number) => plural(count, 'mistake'),
  noMistake: 'No mistake.',
  warnings: (count: number) => plural(count, 'remark'),
  notUsed: 'A text with mistakes is not saved, and no rule of a folder with one is used.',
  elsewhere: (file: string, line: number) => `${file}, line ${String(line)}`,
  line: (line: number) => `Line ${String(line)}`,
  testsPassed: (count: number, others: number) =>
    `${plural(count, 'test')} passed${others === 0 ? '' : `, ${String(others)} of them in other files of the folder`}.`,
  testsFailed: (failed: number, count: number) => `${String(failed)} of ${plural(count, 'test')} failed.`,
  noTests: 'No test stands in this file: nobody has shown yet that the rule finds what it should.',
  passed: 'passed',
  failed: 'failed',
  differs: 'Other tools read this differently',
};
