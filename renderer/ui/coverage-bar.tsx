import type { ReactNode } from 'react';
import type { BarSegment } from '../model/run-progress.ts';
import { classNames } from './class-names.ts';
import styles from './coverage-bar.module.css';

interface CoverageBarProps {
  readonly segments: readonly BarSegment[];
  readonly label: string;
  readonly valueText: string;
  readonly ended: number;
  readonly expected: number;
}

/** Sources side by side, each with the pattern and the colour of its state. */
export function CoverageBar({ segments, label, valueText, ended, expected }: CoverageBarProps): ReactNode {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={expected}
      aria-valuenow={ended}
      aria-valuetext={valueText}
      className={styles.bar}
    >
      {segments.map(({ status, count, source }) => (
        <div
          key={source ?? status}
          className={classNames(styles.segment, styles[status])}
          style={{ flexGrow: count, flexBasis: 0 }}
          title={source}
        />
      ))}
    </div>
  );
}
