import type { ReactNode } from 'react';
import type { ClientEvidence, EvidenceEvent } from '../../../app/model/client-evidence.ts';
import { showDistance, showDistanceRoughly } from '../../../app/model/time-distance.ts';
import type { InstantFormat } from '../../model/instant-format.ts';
import { eventKey } from '../../model/time-line.ts';
import { useTexts } from '../../store/window-context.tsx';
import { classNames } from '../../ui/class-names.ts';
import styles from './event-list.module.css';

interface EventListProps {
  readonly evidence: ClientEvidence;
  readonly format: InstantFormat;
  readonly chosen: EvidenceEvent | null;
  readonly onChoose: (event: EvidenceEvent) => void;
}

/** The rows of the client: those of the window, then what else it did in the time that was read. */
export function EventList({ evidence, format, chosen, onChoose }: EventListProps): ReactNode {
  const { evidence: texts } = useTexts();
  const inside = evidence.events.filter((event) => event.isInWindow);
  const besides = evidence.events.filter((event) => !event.isInWindow);
  const insideTotal = evidence.sources.reduce((sum, source) => sum + source.inWindow, 0);
  const part = (title: string, events: readonly EvidenceEvent[]): ReactNode => (
    <tbody>
      <tr>
        <th colSpan={4} scope="rowgroup" className={styles.part}>
          {title}
        </th>
      </tr>
      {events.length === 0 && (
        <tr>
          <td colSpan={4} className={styles.none}>
            {texts.none(evidence.missing.length === 0)}
          </td>
        </tr>
      )}
      {events.map((event) => (
        <EventRow
          key={eventKey(event)}
          event={event}
          evidence={evidence}
          format={format}
          isChosen={chosen !== null && eventKey(chosen) === eventKey(event)}
          onChoose={onChoose}
        />
      ))}
    </tbody>
  );
  return (
    <div className={styles.list}>
      <h3 className={styles.title}>{texts.rows(insideTotal, evidence.total - insideTotal)}</h3>
      <div className={styles.scroller} tabIndex={0} role="group" aria-label={texts.rows(insideTotal, evidence.total - insideTotal)}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">
                {texts.columns.time} <span className={styles.zone}>{format.zone}</span>
              </th>
              <th scope="col">{texts.columns.type}</th>
              <th scope="col">{texts.columns.distance}</th>
              <th scope="col">{texts.columns.source}</th>
            </tr>
          </thead>
          {part(texts.inWindow, inside)}
          {part(texts.besides, besides)}
        </table>
      </div>
    </div>
  );
}

interface EventRowProps extends Pick<EventListProps, 'evidence' | 'format' | 'onChoose'> {
  readonly event: EvidenceEvent;
  readonly isChosen: boolean;
}

function EventRow({ event, evidence, format, isChosen, onChoose }: EventRowProps): ReactNode {
  const { evidence: texts } = useTexts();
  const source = evidence.sources.find((each) => each.source === event.source);
  return (
    <tr className={classNames(styles.row, isChosen && styles.chosen)} onClick={() => onChoose(event)}>
      <td>
        <button type="button" className={styles.time} aria-pressed={isChosen} onClick={() => onChoose(event)}>
          {event.time === null ? texts.noTime : format.full(event.time)}
        </button>
      </td>
      <td>{texts.lane(source?.changeType ?? null)}</td>
      <td className={styles.distance} title={event.beforeTMicros === null ? undefined : showDistance(event.beforeTMicros)}>
        {event.beforeTMicros === null ? '' : showDistanceRoughly(event.beforeTMicros)}
      </td>
      <td className={styles.source} title={event.source}>
        {source === undefined ? event.source : texts.source(source.query, source.database)}
      </td>
    </tr>
  );
}
