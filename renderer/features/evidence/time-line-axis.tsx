import type { ReactNode } from 'react';
import { instantFromMicros, microsOfInstant } from '../../../app/model/instant.ts';
import type { InstantFormat } from '../../model/instant-format.ts';
import { tickText, ticksOf, type TimeView } from '../../model/time-line.ts';
import styles from './time-line.module.css';

interface TimeLineAxisProps {
  readonly view: TimeView;
  readonly width: number;
  readonly lastEvent: string;
  readonly format: InstantFormat;
}

/** Marks in whole steps from T, each with its time of day in the analyst's zone. */
export function TimeLineAxis({ view, width, lastEvent, format }: TimeLineAxisProps): ReactNode {
  const { places, step } = ticksOf(view, width);
  const isLong = step >= 43_200_000_000;
  return (
    <div className={styles.axis} aria-hidden="true">
      <span className={styles.zone}>{format.zone}</span>
      <svg width={width} height={34} className={styles.plot}>
        {places.map((place) => {
          const x = ((place - view.from) / (view.to - view.from)) * width;
          const text = format.full(instantFromMicros(microsOfInstant(lastEvent) + BigInt(place)));
          const anchor = x < 40 ? 'start' : x > width - 40 ? 'end' : 'middle';
          return (
            <g key={place} transform={`translate(${String(x)} 0)`}>
              <line y2={5} className={styles.tick} />
              <text y={16} textAnchor={anchor} className={styles.tickText}>
                {tickText(place, step)}
              </text>
              <text y={29} textAnchor={anchor} className={styles.tickTime}>
                {isLong ? text.slice(5, 16) : text.slice(11, 19)}
              </text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}
