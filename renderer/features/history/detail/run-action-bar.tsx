import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Failure } from '../../../../app/model/failure.ts';
import type { RunDetail } from '../../../../app/model/history-pages.ts';
import { useActions, useApp, useTexts, useWindow } from '../../../store/window-context.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { FailureNote } from '../../../ui/failure-note.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { useAsked } from '../../../ui/use-asked.ts';
import { useWork } from '../../../ui/use-work.ts';
import { useInstants } from '../use-instants.ts';
import { ReasonedButton } from './reasoned-button.tsx';
import styles from './run-detail.module.css';
import { isIncompleteRun, isUnevaluatedRun, runAsText } from './run-text.ts';

/** What can be done with a recorded run. What cannot be done says why. */
export function RunActionBar({ detail }: { readonly detail: RunDetail }): ReactNode {
  const { texts } = useWindow();
  const { actions: words } = useTexts().history.detail;
  const { openKeptRun, completeKeptRun, evaluateKeptRun, repeatRun, keptRuns } = useActions();
  const format = useInstants();
  const { run } = detail;
  const isHere = useApp((state) => state.run.list.some((item) => item.runId === run.runId));
  const isStarting = useApp((state) => state.run.starting);
  const revision = useApp((state) => state.history.revision);
  const asked = useAsked(keptRuns, `${run.runId} ${String(revision)}`);
  const work = useWork<Failure | null>();
  const repeating = useWork<Failure | null>();
  const isKept = isHere || (asked.kind === 'answered' && asked.value.includes(run.runId));
  const whyNotOpen = isKept ? null : asked.kind === 'waiting' ? words.looking : words.notKept;
  const whyNotComplete = run.outcome === null ? words.stillRuns : !isIncompleteRun(run) ? words.isComplete : whyNotOpen;
  const failure = work.failure ?? work.value ?? repeating.failure ?? repeating.value;
  return (
    <>
      <div className={styles.actions}>
        <ReasonedButton icon="folder" why={whyNotOpen} onClick={() => void work.start(() => openKeptRun(run.runId))}>
          {work.isBusy ? words.opening : words.open}
        </ReasonedButton>
        <ReasonedButton icon="check" why={whyNotComplete} onClick={() => void work.start(() => completeKeptRun(run.runId))}>
          {words.complete}
        </ReasonedButton>
        {isUnevaluatedRun(run) && (
          <ReasonedButton icon="play" why={whyNotOpen} onClick={() => void work.start(() => evaluateKeptRun(run.runId))}>
            {words.evaluate}
          </ReasonedButton>
        )}
        <Button
          variant="default"
          title={words.repeatHint}
          disabled={isStarting || repeating.isBusy}
          leftSection={<Icon name="refresh" size={13} />}
          onClick={() => void repeating.start(() => repeatRun(run))}
        >
          {words.repeat}
        </Button>
        <CopyButton what="text" size="xs" text={runAsText(detail, texts, format)}>
          {words.copy}
        </CopyButton>
      </div>
      {failure !== null && (
        <div className={styles.refused} role="alert">
          <FailureNote failure={failure} />
        </div>
      )}
    </>
  );
}
