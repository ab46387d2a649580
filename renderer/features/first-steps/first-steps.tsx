import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { readinessOf } from '../../model/readiness.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import styles from './first-steps.module.css';
import { Mistakes } from './mistakes.tsx';
import { Step } from './step.tsx';

/** The way from the sample to one's own databases; with one's own databases, only what to do for a first result. */
export function FirstSteps({ hasTitle = true }: { readonly hasTitle?: boolean }): ReactNode {
  const { configuration, results } = useTexts();
  const texts = configuration.firstSteps;
  const { startRun, showPage } = useActions();
  const config = useApp((state) => state.session.config);
  const hasRun = useApp((state) => state.run.list.some((item) => item.outcome !== undefined));
  const canRun = useApp((state) => readinessOf(state).kind === 'ready');
  if (config === null) return null;
  if (config.problems.length > 0) return <Mistakes problems={config.problems} />;
  if (!config.sampleData) return <EmptyState {...results.empty['not-run']} />;
  const hasSettings = config.settings !== undefined && config.settings.sid !== '' && config.settings.emailRecipients.length > 0;
  return (
    <div className={styles.steps}>
      <div className={styles.inner}>
        {hasTitle && <h2 className={styles.title}>{texts.title}</h2>}
        <p className={styles.intro}>{texts.intro}</p>
        <ol className={styles.list}>
          <Step number={1} name={texts.run} text={texts.runText} isDone={hasRun}>
            {!hasRun && (
              <Button size="compact-sm" variant="default" disabled={!canRun} onClick={() => void startRun()}>
                {texts.run}
              </Button>
            )}
          </Step>
          <Step number={2} name={texts.read} text={texts.readText} isDone={hasRun} />
          <Step number={3} name={texts.leave} text={texts.leaveText} isDone={false} />
          <Step number={4} name={texts.settings} text={configuration.sidHint} isDone={hasSettings}>
            <Button size="compact-sm" variant="default" onClick={() => showPage('configuration')}>
              {texts.settingsAction}
            </Button>
          </Step>
          <Step number={5} name={texts.databases} text={texts.databasesText} isDone={false}>
            <CopyButton text={config.databasesFile} what="path">
              {texts.copyPath}
            </CopyButton>
          </Step>
        </ol>
      </div>
    </div>
  );
}
