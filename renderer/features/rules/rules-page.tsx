import { type ReactNode, useEffect } from 'react';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { ErrorBoundary } from '../../ui/error-boundary.tsx';
import { FailedPart } from '../../ui/failed-part.tsx';
import { RuleFile } from './rule-file.tsx';
import { RuleList } from './rule-list.tsx';
import styles from './rules-page.module.css';

/** Rule files: which there are, their text, their mistakes and their tests. */
export function RulesPage(): ReactNode {
  const { rules: texts, shell } = useTexts();
  const { refreshRules } = useActions();
  const view = useApp((state) => state.rules.view);
  const failure = useApp((state) => state.rules.failure);
  const wanted = useApp((state) => state.rules.file);
  const drafts = useApp((state) => state.rules.drafts);
  // A change of the configuration may be one of the rules.
  const configured = useApp((state) => state.session.config?.rules);
  useEffect(() => void refreshRules(), [refreshRules, configured]);
  if (view === null) return failure === null ? null : <FailedPart failure={failure} onRetry={() => void refreshRules()} />;
  const files = [...new Set([...view.files.map(({ name }) => name), ...Object.keys(drafts)])].sort();
  const current = wanted !== null && files.includes(wanted) ? wanted : files[0];
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <h2 className={styles.title}>{texts.title}</h2>
        <span className={styles.directory} title={view.directory}>
          {texts.from(view.directory)}
        </span>
      </div>
      <div className={styles.body}>
        <RuleList view={view} files={files} current={current} />
        {current !== undefined && (
          <ErrorBoundary key={current} part={shell.parts.ruleFile}>
            <RuleFile file={current} saved={view.files.find(({ name }) => name === current)?.text} />
          </ErrorBoundary>
        )}
      </div>
    </div>
  );
}
