import type { ReactNode } from 'react';
import type { EvidenceEvent } from '../../../app/model/client-evidence.ts';
import { eventKey, type Lane, type TimeView } from '../../model/time-line.ts';
import { useTexts } from '../../store/window-context.tsx';
import { classNames } from '../../ui/class-names.ts';
import styles from './time-line.module.css';

interface TimeLineLaneProps {
  readonly lane: Lane;
  readonly view: TimeView;
  /** Where the window begins, relative to T; it ends at T. */
  readonly windowFrom: number;
  readonly width: number;
  readonly events: readonly { readonly event: EvidenceEvent; readonly x: number; readonly row: number }[];
  readonly chosen: EvidenceEvent | null;
  readonly optionId: (event: EvidenceEvent) => string;
  readonly nameOf: (event: EvidenceEvent) => string;
  readonly onChoose: (event: EvidenceEvent) => void;
}

const rowHeight = 15;

/** One change type: what it is read from, what is missing from it, its events. */
export function TimeLineLane(props: TimeLineLaneProps): ReactNode {
  const { lane, view, windowFrom, width, events, chosen, optionId, nameOf, onChoose } = props;
  const { evidence: texts } = useTexts();
  const xOf = (at: number): number => Math.min(width, Math.max(0, ((at - view.from) / (view.to - view.from)) * width));
  const [begin, end] = [xOf(windowFrom), xOf(0)];
  const before = lane.events.filter(({ at }) => at < view.from).length;
  const after = lane.events.filter(({ at }) => at > view.to).length;
  const isOpen = lane.missing.length > 0;
  return (
    <div className={classNames(styles.lane, isOpen && styles.open)} role="presentation">
      <LaneLabel lane={lane} />
      <svg className={styles.plot} width={width} role="presentation">
        {isOpen && <rect className={styles.unknownTime} x={0} width={width} height="100%" />}
        <rect className={isOpen ? styles.openWindow : styles.window} x={begin} width={Math.max(0, end - begin)} height="100%" />
        {view.to >= 0 && view.from <= 0 && <line className={styles.lastEvent} x1={end} x2={end} y1="0" y2="100%" />}
        {events.map(({ event, x, row }) => {
          const isChosen = chosen !== null && eventKey(event) === eventKey(chosen);
          return (
            <g
              key={eventKey(event)}
              id={optionId(event)}
              role="option"
              aria-selected={isChosen}
              aria-label={nameOf(event)}
              className={classNames(styles.event, event.isInWindow && styles.inside, isChosen && styles.chosen)}
              transform={`translate(${String(x)} ${String(row * rowHeight + 11)})`}
              onClick={() => onChoose(event)}
            >
              <title>{nameOf(event)}</title>
              <rect className={styles.target} x={-12} y={-8} width={24} height={16} />
              {isChosen && <circle className={styles.ring} r={8.5} />}
              {event.isInWindow ? <path d="M0 -6L6 0L0 6L-6 0Z" /> : <circle r={4.5} />}
            </g>
          );
        })}
      </svg>
      <div className={styles.note} role="presentation">
        <span className={styles.unknown}>
          {isOpen
            ? lane.missing.map((source) => texts.unknown(source)).join('; ')
            : lane.events.length === 0 && texts.noEvents(lane.sources.length > 0)}
        </span>
        <span className={styles.elsewhere}>{before > 0 && texts.before(before)}</span>
        <span>{after > 0 && texts.after(after)}</span>
      </div>
    </div>
  );
}

/** So many sources are named in a lane; the others in the hint. */
const namedSources = 2;

/** The change type, and where it is read from: a single source on two lines, several on one each. */
function LaneLabel({ lane }: { readonly lane: Lane }): ReactNode {
  const { evidence: texts } = useTexts();
  const [only] = lane.sources;
  const isSingle = lane.sources.length === 1 && lane.missing.length === 0;
  const lines = [
    ...lane.missing.map((source) => ({ key: source.source, text: texts.unknownSource(source), isMissing: true })),
    ...(isSingle && only !== undefined
      ? [only.query, only.database].map((text) => ({ key: text, text, isMissing: false }))
      : lane.sources.map(({ source, query, database }) => ({ key: source, text: texts.source(query, database), isMissing: false }))),
  ];
  const more = lines.length - namedSources;
  return (
    <div className={styles.label} role="presentation" title={lines.map(({ text }) => text).join('\n')}>
      <span className={styles.type}>
        {texts.lane(lane.changeType)} {more > 0 && <span className={styles.source}>{texts.moreSources(more)}</span>}
      </span>
      {lines.slice(0, namedSources).map(({ key, text, isMissing }) => (
        <span key={key} className={isMissing ? styles.unknownSource : styles.source}>
          {text}
        </span>
      ))}
    </div>
  );
}
