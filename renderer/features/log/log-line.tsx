import type { ReactNode, Ref } from 'react';
import type { LogEntry } from '../../../app/base/logger.ts';
import { instantFromMs } from '../../../app/model/instant.ts';
import type { InstantFormat } from '../../model/instant-format.ts';
import { useTexts } from '../../store/window-context.tsx';
import { classNames } from '../../ui/class-names.ts';
import { fieldsText } from './filter-log.ts';
import styles from './log-view.module.css';

interface LogLineProps {
  readonly ref: Ref<HTMLButtonElement>;
  readonly index: number;
  readonly topPx: number;
  readonly entry: LogEntry;
  readonly format: InstantFormat;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

/** One line of the log; opened, it shows all of itself. */
export function LogLine({ ref, index, topPx, entry, format, isOpen, onToggle }: LogLineProps): ReactNode {
  const { log } = useTexts();
  return (
    <button
      ref={ref}
      type="button"
      data-index={index}
      tabIndex={-1}
      aria-expanded={isOpen}
      className={classNames(styles.line, isOpen && styles.open)}
      style={{ transform: `translateY(${topPx}px)` }}
      onClick={onToggle}
    >
      <time className={styles.time} dateTime={instantFromMs(entry.at)}>
        {format.dayAndTime(entry.at)}
      </time>{' '}
      <span className={classNames(styles.word, styles[entry.level])}>{log.levels[entry.level]}</span>{' '}
      <span className={styles.text}>
        {entry.message} <span className={styles.fields}>{fieldsText(entry.fields)}</span>
      </span>
    </button>
  );
}
