import { Button } from '@mantine/core';
import { DatePicker, TimePicker } from '@mantine/dates';
import { type ReactNode, useState } from 'react';
import { readLastEvent, typedTimeOf } from '../../model/last-event.ts';
import { msOfInstant } from '../../../app/model/instant.ts';
import { zoneOf } from '../../model/readiness.ts';
import { useActions, useApp, useTexts, useWindow } from '../../store/window-context.tsx';
import styles from './date-time-panel.module.css';

/** A calendar and a time of day that write into the field of the last event; it is opened at what is typed there. */
export function DateTimePanel({ onDone }: { readonly onDone: () => void }): ReactNode {
  const { run } = useTexts();
  const { ticker } = useWindow();
  const zone = useApp(zoneOf);
  const typed = useApp((state) => state.form.lastEvent);
  const { setLastEvent } = useActions();
  const [start] = useState(() => {
    const read = readLastEvent(typed, zone);
    return typedTimeOf(read.kind === 'instant' ? msOfInstant(read.instant) : ticker.nowMs(), zone);
  });
  const [date, setDate] = useState<string | null>(start.slice(0, 10));
  const [time, setTime] = useState(start.slice(11, 19));
  const take = (): void => {
    if (date !== null) setLastEvent(`${date} ${time === '' ? '00:00:00' : time}`);
    onDone();
  };
  return (
    <div className={styles.panel}>
      <DatePicker
        value={date}
        onChange={setDate}
        defaultDate={start.slice(0, 10)}
        size="xs"
        firstDayOfWeek={1}
        weekendDays={[]}
        hideOutsideDates
      />
      <div className={styles.foot}>
        <TimePicker value={time} onChange={setTime} withSeconds size="xs" aria-label={run.pickTime} className={styles.time ?? ''} />
        <span className={styles.zone}>{zone}</span>
        <Button onClick={take} disabled={date === null}>
          {run.take}
        </Button>
      </div>
    </div>
  );
}
