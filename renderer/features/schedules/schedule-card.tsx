import { Button, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { intervalStates, type ScheduleView } from '../../../app/model/schedule.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Icon } from '../../ui/icon.tsx';
import { IntervalMark } from '../../ui/interval-mark.tsx';
import { useInstants } from '../history/use-instants.ts';
import styles from './schedule-card.module.css';

interface ScheduleCardProps {
  readonly view: ScheduleView;
  /** False where the ledger cannot be read: then only what is configured is shown. */
  readonly isKnown: boolean;
}

/** One schedule: how it stands, when it runs next, and what can be done with it. */
export function ScheduleCard({ view, isKnown }: ScheduleCardProps): ReactNode {
  const { schedules: texts, run } = useTexts();
  const { card } = texts;
  const shown = useApp((state) => state.schedules.schedule);
  const { schedule, counts, last, nextDueAt, pausedBy, surelySeenHours } = view;
  const isShown = shown === schedule.name;
  const states = intervalStates.filter((state) => counts[state] > 0);
  return (
    <section className={classNames(styles.card, isShown && styles.shown)} aria-label={card.label(schedule.name)}>
      <div className={styles.line}>
        <h3 className={styles.name}>{schedule.name}</h3>
        <span className={styles.cron}>{card.cron(schedule.cron, schedule.zone)}</span>
        {schedule.strict && <span className={styles.badge}>{card.strict}</span>}
        {schedule.caseReference !== undefined && <span className={styles.badge}>{run.caseOf(schedule.caseReference)}</span>}
        <span className={styles.room} />
        <ScheduleButtons view={view} isKnown={isKnown} />
      </div>
      <dl className={styles.facts}>
        <Fact name={card.next}>
          {pausedBy !== null ? (
            <span className={styles.paused}>{card.paused(pausedBy)}</span>
          ) : (
            <InstantText instant={nextDueAt} none={card.never} />
          )}
        </Fact>
        {isKnown && (
          <Fact name={card.newest}>
            {last === null ? card.nothingYet : <IntervalMark state={last.state} word={texts.states[last.state]} />}
          </Fact>
        )}
        {isKnown && (
          <Fact name={texts.counts.label}>
            {states.length === 0 ? texts.counts.nothing : states.map((state) => texts.counts.of(state, counts[state])).join(' · ')}
          </Fact>
        )}
        <Fact name={card.window}>{card.hours(schedule.windowHours)}</Fact>
        {surelySeenHours !== null && (
          <Fact name={card.surely}>
            <Tooltip label={card.surelyHint(surelySeenHours)} multiline w={320} events={{ hover: true, focus: true, touch: true }}>
              <span className={classNames(styles.hint, surelySeenHours < schedule.windowHours / 2 && styles.narrow)} tabIndex={0}>
                {card.surelyHours(surelySeenHours)}
              </span>
            </Tooltip>
          </Fact>
        )}
        <Fact name={card.alerts}>{schedule.alerts.length === 0 ? card.noAlerts : schedule.alerts.map(({ id }) => id).join(', ')}</Fact>
      </dl>
    </section>
  );
}

function ScheduleButtons({ view, isKnown }: ScheduleCardProps): ReactNode {
  const { card } = useTexts().schedules;
  const { pauseSchedule, runScheduleNow, retryIntervals } = useActions();
  const { schedule, counts, pausedBy } = view;
  const left = counts.missed + counts.incomplete + counts.failed;
  return (
    <>
      {left > 0 && (
        <Button variant="default" size="compact-xs" title={card.catchUpHint} onClick={() => void retryIntervals(schedule.name)}>
          {card.catchUp(left)}
        </Button>
      )}
      <Button
        variant="default"
        size="compact-xs"
        title={card.runNowHint}
        leftSection={<Icon name="play" size={11} />}
        onClick={() => void runScheduleNow(schedule.name)}
      >
        {card.runNow}
      </Button>
      <Button variant="default" size="compact-xs" disabled={!isKnown} onClick={() => void pauseSchedule(schedule.name, pausedBy === null)}>
        {pausedBy === null ? card.pause : card.resume}
      </Button>
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function InstantText({ instant, none }: { readonly instant: string | null; readonly none: string }): ReactNode {
  const format = useInstants();
  if (instant === null) return none;
  return (
    <time dateTime={instant}>
      {format.full(instant).slice(0, 16)} {format.zone}
    </time>
  );
}
