import { ActionIcon, Button, Popover, TextInput } from '@mantine/core';
import { type ReactNode, useId, useState } from 'react';
import { readLastEvent } from '../../model/last-event.ts';
import { zoneOf } from '../../model/readiness.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { Icon } from '../../ui/icon.tsx';
import { DateTimePanel } from './date-time-panel.tsx';
import styles from './run-panel.module.css';

/** The time of the last event: typed, picked, or now. What is wrong with it is told in the line below the controls. */
export function LastEventField({ hintId }: { readonly hintId: string }): ReactNode {
  const { run } = useTexts();
  const text = useApp((state) => state.form.lastEvent);
  const zone = useApp(zoneOf);
  const { setLastEvent } = useActions();
  const [isPicking, setIsPicking] = useState(false);
  const id = useId();
  const read = readLastEvent(text, zone);
  const isWrong = read.kind !== 'instant' && read.kind !== 'now';
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {run.lastEvent}
      </label>
      <div className={styles.joined}>
        <TextInput
          id={id}
          className={styles.time ?? ''}
          value={text}
          onChange={(event) => setLastEvent(event.currentTarget.value)}
          error={isWrong}
          aria-describedby={hintId}
          autoComplete="off"
          spellCheck={false}
          placeholder={run.timeForm}
          rightSection={
            <Popover opened={isPicking} onChange={setIsPicking} position="bottom-start" trapFocus returnFocus>
              <Popover.Target>
                <ActionIcon aria-label={run.pick} aria-expanded={isPicking} size="sm" onClick={() => setIsPicking(!isPicking)}>
                  <Icon name="calendar" size={14} />
                </ActionIcon>
              </Popover.Target>
              <Popover.Dropdown>
                <DateTimePanel onDone={() => setIsPicking(false)} />
              </Popover.Dropdown>
            </Popover>
          }
        />
        <Button variant="default" px={10} aria-pressed={read.kind === 'now'} onClick={() => setLastEvent('now')}>
          {run.now}
        </Button>
      </div>
    </div>
  );
}
