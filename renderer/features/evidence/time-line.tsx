import { ActionIcon, Button } from '@mantine/core';
import { type KeyboardEvent, type ReactNode, useId } from 'react';
import type { ClientEvidence, EvidenceEvent } from '../../../app/model/client-evidence.ts';
import { showDistance } from '../../../app/model/time-distance.ts';
import type { InstantFormat } from '../../model/instant-format.ts';
import { formatDecimal } from '../../model/numbers.ts';
import { eventKey, type Lane, laidOut, relative, wholeView, windowView } from '../../model/time-line.ts';
import { useTexts } from '../../store/window-context.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useWidth } from '../../ui/use-width.ts';
import styles from './time-line.module.css';
import { TimeLineAxis } from './time-line-axis.tsx';
import { TimeLineLane } from './time-line-lane.tsx';
import { useTimeView } from './use-time-view.ts';

interface TimeLineProps {
  readonly evidence: ClientEvidence;
  readonly lanes: readonly Lane[];
  readonly format: InstantFormat;
  readonly chosen: EvidenceEvent | null;
  readonly onChoose: (event: EvidenceEvent) => void;
}

const eventRows = 3;

/** A lane for each change type, the window shaded, every event at its exact place. */
export function TimeLine({ evidence, lanes, format, chosen, onChoose }: TimeLineProps): ReactNode {
  const { evidence: texts } = useTexts();
  const id = useId();
  const { ref, width } = useWidth<HTMLDivElement>();
  const most = wholeView(evidence);
  const time = useTimeView(windowView(evidence), most, ref);
  const events = lanes.flatMap((lane) => lane.events).toSorted((a, b) => a.at - b.at);
  const place = events.findIndex(({ event }) => chosen !== null && eventKey(event) === eventKey(chosen));
  const go = (to: number): void => {
    const next = events[Math.min(events.length - 1, Math.max(0, to))];
    if (next === undefined) return;
    onChoose(next.event);
    time.show(next.at);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step !== 0 && event.shiftKey) time.move(step * 0.25);
    else if (step !== 0) go(place + step);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(events.length - 1);
    else if (event.key === '+' || event.key === '=') time.zoom(0.5, events[place]?.at);
    else if (event.key === '-') time.zoom(2, events[place]?.at);
    else if (event.key === '0') time.set(windowView(evidence));
    else return;
    event.preventDefault();
  };
  const optionId = (event: EvidenceEvent): string => `${id}-${eventKey(event)}`.replace(/[^\w-]/g, '_');
  const from = relative(evidence.window.from, evidence.lastEvent);
  const days = Math.round(-relative(evidence.startDate, evidence.lastEvent) / 86_400_000_000);
  const nameOf = (event: EvidenceEvent, lane: Lane): string =>
    texts.eventName(texts.lane(lane.changeType), format.full(event.time ?? ''), showDistance(event.beforeTMicros ?? '0'));
  return (
    <section className={styles.timeLine} aria-label={texts.timeLine}>
      <div className={styles.bar}>
        <h3 className={styles.title}>{texts.timeLine}</h3>
        <span className={styles.hint}>{events.length === 0 ? texts.timeLineEmpty : texts.timeLineHint}</span>
        <Button variant="default" size="compact-xs" onClick={() => time.set(windowView(evidence))}>
          {texts.showWindow(`${formatDecimal(-from / 3_600_000_000)} h`)}
        </Button>
        <Button variant="default" size="compact-xs" onClick={() => time.set(most)}>
          {texts.showWhole(days)}
        </Button>
        <ActionIcon size="sm" variant="default" aria-label={texts.earlier} onClick={() => time.move(-0.25)}>
          <Icon name="left" size={12} />
        </ActionIcon>
        <ActionIcon size="sm" variant="default" aria-label={texts.later} onClick={() => time.move(0.25)}>
          <Icon name="right" size={12} />
        </ActionIcon>
        <ActionIcon size="sm" variant="default" aria-label={texts.zoomOut} onClick={() => time.zoom(2)}>
          <span aria-hidden="true">−</span>
        </ActionIcon>
        <ActionIcon size="sm" variant="default" aria-label={texts.zoomIn} onClick={() => time.zoom(0.5)}>
          <span aria-hidden="true">+</span>
        </ActionIcon>
      </div>
      <div
        className={styles.lanes}
        {...(events.length === 0
          ? {}
          : {
              role: 'listbox',
              tabIndex: 0,
              'aria-label': texts.timeLine,
              'aria-activedescendant': chosen?.time == null ? undefined : optionId(chosen),
              onKeyDown,
            })}
      >
        <div className={styles.plotProbe} ref={ref} onPointerDown={time.onPointerDown} aria-hidden="true" />
        {lanes.map((lane) => (
          <TimeLineLane
            key={lane.changeType ?? ''}
            lane={lane}
            view={time.view}
            windowFrom={from}
            width={width}
            events={laidOut(lane.events, time.view, width, eventRows)}
            chosen={chosen}
            optionId={optionId}
            nameOf={(event) => nameOf(event, lane)}
            onChoose={onChoose}
          />
        ))}
        <TimeLineAxis view={time.view} width={width} lastEvent={evidence.lastEvent} format={format} />
      </div>
    </section>
  );
}
