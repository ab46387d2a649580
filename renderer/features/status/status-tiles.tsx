import type { ReactNode } from 'react';
import type { StatusView } from '../../../app/model/figures.ts';
import { formatCount } from '../../model/numbers.ts';
import { useTexts } from '../../store/window-context.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import styles from './status-page.module.css';

/** What goes on now, how runs ended, and how the history does. */
export function StatusTiles({ status: { inFlight, figures, history } }: { readonly status: StatusView }): ReactNode {
  const { figures: texts } = useTexts();
  const outcomes = ['succeeded', 'partial', 'failed', 'cancelled'] as const;
  const strategies = ['single', 'multi', 'broadcast'] as const;
  const isRunning = inFlight.runs > 0;
  return (
    <div className={styles.tiles}>
      <Tile title={texts.now}>
        <li className={styles.marked}>
          <StateMark status={isRunning ? 'running' : 'waiting'} /> <strong>{texts.runs(inFlight.runs)}</strong>
        </li>
        <li>{texts.sources(inFlight.sources)}</li>
        <li>{texts.waiting(inFlight.waiting)}</li>
      </Tile>
      <Tile title={texts.ended}>
        {outcomes.map((outcome) => (
          <li key={outcome}>
            <strong>{formatCount(figures.runs[outcome])}</strong> {texts.outcomes[outcome]}
          </li>
        ))}
        {figures.partialTimeouts > 0 && <li className={styles.hint}>{texts.partialTimeouts(figures.partialTimeouts)}</li>}
      </Tile>
      <Tile title={texts.sent}>
        {strategies.map((strategy) => (
          <li key={strategy}>
            <strong>{formatCount(figures.scatters[strategy])}</strong> {texts.strategies[strategy]}
          </li>
        ))}
      </Tile>
      <Tile title={texts.history}>
        <li className={styles.marked}>
          <StateMark status={markOf(history)} /> {texts.historyState(history)}
        </li>
        {history.failure !== undefined && <li>{history.failure.message}</li>}
        {history.lost > 0 && <li className={styles.bad}>{texts.historyLost(history.lost)}</li>}
      </Tile>
    </div>
  );
}

function markOf({ store, failure }: StatusView['history']): 'completed' | 'connecting' | 'failed' {
  if (failure !== undefined || store === 'unavailable') return 'failed';
  return store === 'ready' ? 'completed' : 'connecting';
}

function Tile({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <section className={styles.tile} aria-label={title}>
      <h3 className={styles.tileTitle}>{title}</h3>
      <ul className={styles.lines}>{children}</ul>
    </section>
  );
}
