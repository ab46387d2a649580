import type { ReactNode } from 'react';
import { errorCodes, errorKinds } from '../../../../app/model/error-code.ts';
import type { ExecutionRecord } from '../../../../app/model/history.ts';
import { formatSeconds } from '../../../model/numbers.ts';
import type { Lane, Timeline } from '../../../model/run-timeline.ts';
import { useTexts } from '../../../store/window-context.tsx';
import { classNames } from '../../../ui/class-names.ts';
import { OutcomeMark } from '../../../ui/outcome-mark.tsx';
import { OutcomeWord } from '../outcome-word.tsx';
import colours from '../../../ui/outcome-colours.module.css';
import styles from './run-timeline.module.css';

interface LaneRowProps {
  readonly lane: Lane;
  readonly ticks: Timeline['ticks'];
  readonly breaks: Timeline['breaks'];
}

/** One source: its name, its attempts on the scale, how it ended, and where it failed why. */
export function LaneRow({ lane, ticks, breaks }: LaneRowProps): ReactNode {
  const { history } = useTexts();
  const { detail: texts } = history;
  const last = lane.executions.at(-1);
  return (
    <li className={styles.lane}>
      <div className={styles.name}>
        <span className={styles.query}>{lane.query}</span>
        <span className={styles.database}>{lane.database}</span>
      </div>
      <div className={styles.track}>
        {ticks.map(({ at, seconds }) => (
          <span key={seconds} className={styles.line} style={{ left: `${at * 100}%` }} aria-hidden="true" />
        ))}
        {breaks.map(({ from, to }) => (
          <span key={from} className={styles.pause} style={placed(from, to)} aria-hidden="true" />
        ))}
        {lane.waits.map(({ from, to, seconds }) => (
          <span key={from} className={styles.wait} style={placed(from, to)} title={texts.wait(formatSeconds(seconds))} aria-hidden="true" />
        ))}
        <ol className={styles.bars}>
          {lane.bars.map((bar) => {
            const word = [history.outcomes[bar.outcome], bar.errorCode ?? ''].filter((part) => part !== '').join(' ');
            const text = texts.attemptAt(bar.attempt, word, formatSeconds(bar.seconds), bar.endpoint);
            return (
              <li
                key={`${bar.round}-${bar.attempt}`}
                className={classNames(styles.bar, colours[bar.outcome])}
                style={placed(bar.from, bar.to)}
                title={bar.round > 1 ? `${text} (${texts.round(bar.round)})` : text}
              >
                <span className={styles.mark}>
                  <OutcomeMark outcome={bar.outcome} />
                </span>
                <span className="cam-hidden">{text}</span>
              </li>
            );
          })}
        </ol>
      </div>
      <div className={styles.end}>
        {last === undefined ? (
          <span className={styles.never}>{texts.neverStarted}</span>
        ) : (
          <>
            <OutcomeWord outcome={last.status ?? 'running'} />
            <span className={styles.figures}>{figuresOf(last, texts)}</span>
          </>
        )}
      </div>
      {typeof last?.errorMessage === 'string' && <LaneError execution={last} />}
      {lane.neverStarted !== null && lane.neverStarted !== '' && <div className={styles.why}>{lane.neverStarted}</div>}
    </li>
  );
}

function LaneError({ execution }: { readonly execution: ExecutionRecord }): ReactNode {
  const { errorMessage, errorType, errorCode } = execution;
  const known = errorCodes.find((code) => code === errorType);
  return (
    <div className={styles.why}>
      <span>{errorMessage}</span> {known !== undefined && <span className={styles.hintText}>{errorKinds[known].action}</span>}{' '}
      {errorCode !== null && <span className="cam-mono">{errorCode}</span>}
    </div>
  );
}

function figuresOf(execution: ExecutionRecord, texts: ReturnType<typeof useTexts>['history']['detail']): string {
  const took = execution.executionTime === null ? '' : formatSeconds(execution.executionTime);
  return texts.sourceLine(took, execution.totalRows === null ? '' : texts.rowsOf(execution.totalRows));
}

function placed(from: number, to: number): { readonly left: string; readonly width: string } {
  return { left: `${from * 100}%`, width: `${(to - from) * 100}%` };
}
