import type { ReactNode } from 'react';
import type { RuleTestView } from '../../../app/contract/rules-methods.ts';
import type { ConfigProblem } from '../../../app/model/database.ts';
import { useTexts } from '../../store/window-context.tsx';
import type { Texts } from '../../texts/texts.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { IntervalMark } from '../../ui/interval-mark.tsx';
import { RuleTrial } from './rule-trial.tsx';
import styles from './rules-page.module.css';
import type { RuleCheck } from './use-rule-check.ts';

interface RuleFindingsProps {
  readonly file: string;
  readonly text: string;
  readonly check: RuleCheck;
}

/** Mistakes, remarks and tests of the text that is open, and a trial of it. */
export function RuleFindings({ file, text, check }: RuleFindingsProps): ReactNode {
  const { rules: texts } = useTexts();
  const { checked, isChecking, failure } = check;
  return (
    <section className={styles.findings} aria-label={texts.findings} aria-busy={isChecking}>
      {failure !== null && <FailureNote failure={failure} />}
      {checked === null && failure === null && <span className={styles.muted}>{texts.checking}</span>}
      {checked !== null && (
        <>
          <div className={checked.problems.length > 0 ? styles.bad : styles.good}>
            {checked.problems.length === 0 ? texts.noMistake : `${texts.mistakes(checked.problems.length)}. ${texts.notUsed}`}
          </div>
          <Problems file={file} problems={checked.problems} />
          {checked.warnings.length > 0 && <div className={styles.remark}>{texts.warnings(checked.warnings.length)}</div>}
          <Problems file={file} problems={checked.warnings} />
          {checked.problems.length === 0 && <Tests file={file} tests={checked.tests} />}
          {checked.problems.length === 0 && checked.rules.length > 0 && (
            <RuleTrial file={file} text={text} rules={checked.rules.map(({ key }) => key)} canTry={!isChecking} />
          )}
        </>
      )}
    </section>
  );
}

function nameOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

/** The line, with the file where it is not the open one. */
function placeOf(texts: Texts['rules'], open: string, path: string, line: number): string {
  const name = nameOf(path);
  return name === open ? texts.line(line) : texts.elsewhere(name, line);
}

function Problems({ file, problems }: { readonly file: string; readonly problems: readonly ConfigProblem[] }): ReactNode {
  const { rules: texts } = useTexts();
  if (problems.length === 0) return null;
  return (
    <ul className={styles.items}>
      {problems.map(({ file: path, line, column, message, action }) => {
        return (
          <li key={`${path} ${String(line)} ${String(column)} ${message}`}>
            <span className={styles.place}>{placeOf(texts, file, path, line)}</span> {message} {action}
          </li>
        );
      })}
    </ul>
  );
}

/** The tests of the open file first; those of other files, which the text may have broken, are told with their file. */
function Tests({ file, tests }: { readonly file: string; readonly tests: readonly RuleTestView[] }): ReactNode {
  const { rules: texts } = useTexts();
  const own = tests.filter((test) => nameOf(test.file) === file);
  const others = tests.filter((test) => nameOf(test.file) !== file);
  const failed = tests.filter(({ failures }) => failures.length > 0);
  if (tests.length === 0) return <div className={styles.remark}>{texts.noTests}</div>;
  return (
    <>
      <div className={failed.length > 0 ? styles.bad : styles.good}>
        {failed.length === 0 ? texts.testsPassed(tests.length, others.length) : texts.testsFailed(failed.length, tests.length)}
      </div>
      <ul className={styles.items}>
        {[...own, ...others].map(({ file: path, rule, test, line, failures }) => (
          <li key={`${rule} ${test} ${String(line)}`}>
            <IntervalMark state={failures.length === 0 ? 'done' : 'failed'} word={failures.length === 0 ? texts.passed : texts.failed} />{' '}
            {test} <span className={styles.place}>{placeOf(texts, file, path, line)}</span>
            {failures.map((each) => (
              <div key={each} className={styles.bad}>
                {each}
              </div>
            ))}
          </li>
        ))}
      </ul>
    </>
  );
}
