import { Button, Tooltip } from '@mantine/core';
import { type MouseEvent, type ReactNode, useMemo } from 'react';
import { filterSentences } from '../../../app/model/rule-filters.ts';
import { canEvaluate, confidenceOfRun } from '../../../app/model/run-evaluation.ts';
import { canComplete, verdictOf } from '../../model/verdict.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Icon } from '../../ui/icon.tsx';
import { MissingSources } from './missing-sources.tsx';
import { RunWindow } from './run-window.tsx';
import { unavailableWhen } from '../../ui/unavailable.ts';
import styles from './verdict-line.module.css';

/** The first thing that is read: what may be said, on what ground, and what is missing. */
export function VerdictLine(): ReactNode {
  const { verdict: texts, run, configuration } = useTexts();
  const { completeRun, evaluateRun } = useActions();
  const state = useApp((app) => app.run.state);
  const isStarting = useApp((app) => app.run.starting);
  const problems = useApp((app) => app.session.config?.problems.length ?? 0);
  const verdict = useMemo(() => verdictOf(state), [state]);
  const rule = state === null ? '' : run.rule(state.plan.rule, state.plan.windowHours);
  const filters = useMemo(() => (state === null ? [] : filterSentences(state)), [state]);
  return (
    <section
      className={classNames(styles.verdict, styles[verdict.kind])}
      aria-label={texts.label}
      data-testid="verdict"
      data-kind={verdict.kind}
    >
      <div>
        <h2 className={styles.headline}>{texts.headline(verdict)}</h2>
        <div className={styles.ground}>
          {verdict.kind === 'idle' && problems > 0 ? configuration.problemsText(problems) : texts.ground(verdict, rule)}
        </div>
        {state !== null && <RunWindow plan={state.plan} warnings={state.warnings} />}
        {filters.map((sentence) => (
          <div key={sentence} className={styles.ground}>
            {sentence}
          </div>
        ))}
      </div>
      <div className={styles.side}>
        {verdict.kind !== 'idle' && (
          <div className={styles.coverage}>
            <span className={styles.percent}>{texts.coveragePercent(verdict.coverage)}</span>
            <span>{texts.coverage(verdict.coverage)}</span>
            {state !== null && <span>{texts.confidence(confidenceOfRun(state))}</span>}
          </div>
        )}
        {state !== null && canEvaluate(state) && (
          <Tooltip label={texts.evaluateHint}>
            <Button
              {...(canComplete(verdict) ? { variant: 'default' } : {})}
              leftSection={<Icon name="play" size={13} />}
              {...unavailableWhen(isStarting)}
              onClick={(event) => {
                focusPane(event);
                void evaluateRun();
              }}
            >
              {texts.evaluate}
            </Button>
          </Tooltip>
        )}
        {canComplete(verdict) && (
          <Tooltip label={texts.completeHint}>
            <Button
              leftSection={<Icon name="refresh" size={13} />}
              {...unavailableWhen(isStarting)}
              onClick={(event) => {
                focusPane(event);
                void completeRun();
              }}
            >
              {texts.complete}
            </Button>
          </Tooltip>
        )}
      </div>
      <MissingSources verdict={verdict} />
    </section>
  );
}

/** The button goes away with what it begins: the focus stays with the results. */
function focusPane(event: MouseEvent<HTMLElement>): void {
  event.currentTarget.closest<HTMLElement>('[data-pane]')?.focus({ preventScroll: true });
}
