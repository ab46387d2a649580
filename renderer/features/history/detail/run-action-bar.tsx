import { Button, Tooltip } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { RunDetail } from '../../../../app/model/history-pages.ts';
import { useActions, useApp, useTexts, useWindow } from '../../../store/window-context.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { useInstants } from '../use-instants.ts';
import styles from './run-detail.module.css';
import { runAsText, isIncompleteRun } from './run-text.ts';

/** Drawn as not available, but still reached by the keyboard. */
const unavailable = { 'data-disabled': true, 'aria-disabled': true } as const;

/** What can be done with a recorded run. What cannot be done says why. */
export function RunActionBar({ detail }: { readonly detail: RunDetail }): ReactNode {
  const { texts } = useWindow();
  const { detail: words } = useTexts().history;
  const { openRun, completeRun, repeatRun, showPage } = useActions();
  const format = useInstants();
  const { run } = detail;
  const isKept = useApp((state) => state.run.list.some((item) => item.runId === run.runId));
  const isBusy = useApp((state) => state.run.starting);
  const [isOpening, setIsOpening] = useState(false);
  const open = async (): Promise<void> => {
    setIsOpening(true);
    await openRun(run.runId);
    setIsOpening(false);
    showPage('run');
  };
  const whyNotOpen = isKept ? null : words.actions.notKept;
  const whyNotComplete = run.outcome === null ? words.actions.stillRuns : !isIncompleteRun(run) ? words.actions.isComplete : whyNotOpen;
  return (
    <div className={styles.actions}>
      <Reasoned why={whyNotOpen}>
        <Button
          variant="default"
          {...(whyNotOpen === null ? {} : unavailable)}
          leftSection={<Icon name="folder" size={13} />}
          onClick={() => whyNotOpen === null && void open()}
        >
          {isOpening ? words.actions.opening : words.actions.open}
        </Button>
      </Reasoned>
      <Reasoned why={whyNotComplete}>
        <Button
          variant="default"
          {...(whyNotComplete === null ? {} : unavailable)}
          leftSection={<Icon name="check" size={13} />}
          onClick={() => whyNotComplete === null && void open().then(() => completeRun())}
        >
          {words.actions.complete}
        </Button>
      </Reasoned>
      <Button
        variant="default"
        title={words.actions.repeatHint}
        disabled={isBusy}
        leftSection={<Icon name="refresh" size={13} />}
        onClick={() => void repeatRun(run)}
      >
        {words.actions.repeat}
      </Button>
      <CopyButton what="text" text={runAsText(detail, texts, format)}>
        {words.actions.copy}
      </CopyButton>
    </div>
  );
}

/** Says why something cannot be done; it stays reachable so that everybody can read the reason. */
function Reasoned({ why, children }: { readonly why: string | null; readonly children: ReactNode }): ReactNode {
  return (
    <Tooltip label={why ?? ''} disabled={why === null} events={{ hover: true, focus: true, touch: true }}>
      {/* The tooltip is tied to what it stands beside. */}
      <span>{children}</span>
    </Tooltip>
  );
}
