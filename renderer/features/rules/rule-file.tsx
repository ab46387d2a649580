import { Button } from '@mantine/core';
import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react';
import type { RuleSaveView } from '../../../app/contract/rules-methods.ts';
import type { ConfigProblem } from '../../../app/model/database.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import type { CodeFinding } from '../../ui/code-editor.tsx';
import { Icon } from '../../ui/icon.tsx';
import { RuleFindings } from './rule-findings.tsx';
import styles from './rules-page.module.css';
import { useRuleCheck } from './use-rule-check.ts';

// Loaded when it is first looked at: the window opens without it.
const CodeEditor = lazy(async () => ({ default: (await import('../../ui/code-editor.tsx')).CodeEditor }));

interface RuleFileProps {
  readonly file: string;
  /** As it is saved; `undefined` for a new file. */
  readonly saved: string | undefined;
}

/** A rule file: its text, what is known of it, and what can be done with it. */
export function RuleFile({ file, saved }: RuleFileProps): ReactNode {
  const { rules: texts } = useTexts();
  const { editRuleFile, saveRuleFile, copySigma } = useActions();
  const draft = useApp((state) => state.rules.drafts[file]);
  const text = draft ?? saved ?? '';
  const check = useRuleCheck(file, text);
  const { checked } = check;
  const findings = useMemo(() => findingsOf(file, checked?.problems ?? [], checked?.warnings ?? []), [file, checked]);
  const [outcome, setOutcome] = useState<RuleSaveView | null>(null);
  const [differences, setDifferences] = useState<readonly string[]>([]);
  const isChanged = draft !== undefined;
  const hasMistakes = checked === null || checked.problems.length > 0;
  const hasFailures = checked?.tests.some(({ failures }) => failures.length > 0) === true;
  const save = async (): Promise<void> => setOutcome(await saveRuleFile(file, text, hasFailures));
  return (
    <div className={styles.file}>
      <div className={styles.bar}>
        <Button
          size="compact-sm"
          disabled={!isChanged || hasMistakes || check.isChecking}
          leftSection={<Icon name="check" size={13} />}
          onClick={() => void save()}
        >
          {hasFailures ? texts.saveAnyway : texts.save}
        </Button>
        <Button variant="default" size="compact-sm" disabled={!isChanged} onClick={() => editRuleFile(file, null)}>
          {texts.discard}
        </Button>
        <span className={styles.room} />
        {!isChanged &&
          checked?.rules.map(({ key }) => (
            <Button
              key={key}
              variant="default"
              size="compact-sm"
              leftSection={<Icon name="copy" size={13} />}
              onClick={() => void copySigma(key).then(setDifferences)}
            >
              {texts.copySigma(key)}
            </Button>
          ))}
      </div>
      {(outcome?.isSaved === true || differences.length > 0) && !isChanged && (
        <div className={styles.note} role="status">
          {outcome?.isSaved === true && <div>{texts.saved(outcome.backup)}</div>}
          {differences.length > 0 && (
            <div>
              {texts.differs}: {differences.join(' ')}
            </div>
          )}
        </div>
      )}
      <div className={styles.text}>
        <Suspense fallback={<div aria-busy="true" />}>
          <CodeEditor text={text} label={texts.editor(file)} findings={findings} onChange={(changed) => editRuleFile(file, changed)} />
        </Suspense>
      </div>
      <RuleFindings file={file} text={text} check={check} />
    </div>
  );
}

function findingsOf(file: string, problems: readonly ConfigProblem[], warnings: readonly ConfigProblem[]): readonly CodeFinding[] {
  const of = (severity: CodeFinding['severity'], all: readonly ConfigProblem[]): readonly CodeFinding[] =>
    all
      .filter((problem) => problem.file.split(/[\\/]/).at(-1) === file)
      .map(({ line, column, message, action }) => ({ line, column, severity, message: `${message} ${action}` }));
  return [...of('error', problems), ...of('warning', warnings)];
}
