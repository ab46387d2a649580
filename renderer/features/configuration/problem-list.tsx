import type { ReactNode } from 'react';
import type { ConfigProblem } from '../../../app/model/database.ts';
import { useTexts } from '../../store/window-context.tsx';
import { classNames } from '../../ui/class-names.ts';
import styles from './configuration-page.module.css';

/** Every mistake of the configuration: where it is, what it is, what to write instead. */
export function ProblemList({ problems }: { readonly problems: readonly ConfigProblem[] }): ReactNode {
  const { configuration: texts } = useTexts();
  return (
    <section className={styles.problems} aria-label={texts.problemsTitle(problems.length)}>
      <div className={styles.problemsHead}>
        <h2 className={styles.cardTitle}>{texts.problemsTitle(problems.length)}</h2>
        <span className={styles.aside}>{texts.problemsText(problems.length)}</span>
      </div>
      <ul className={styles.list}>
        {problems.map(({ file, line, column, key, message, action }) => (
          <li key={`${file} ${line} ${column} ${key} ${message}`} className={styles.problem}>
            <span className={styles.place}>
              <span>{texts.place(file, line, column)}</span>
              <span className={classNames(styles.key)}>{key === '' ? texts.wholeFile : key}</span>
            </span>
            <span className={styles.message}>{message}</span>
            <span className={styles.action}>{action}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
