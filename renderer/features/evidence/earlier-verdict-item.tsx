import type { ReactNode } from 'react';
import type { EarlierVerdict } from '../../model/earlier-verdict.ts';
import { useTexts } from '../../store/window-context.tsx';
import { classNames } from '../../ui/class-names.ts';
import { toSecond, useInstants } from '../history/use-instants.ts';
import part from './evidence-part.module.css';
import styles from './earlier-verdicts.module.css';
import { VerdictWord } from './verdict-word.tsx';

interface VerdictItemProps {
  readonly verdict: EarlierVerdict;
  /** Whether the run's result can be opened. */
  readonly place: 'kept' | 'not-kept' | 'unknown';
  readonly onOpen: () => void;
}

/** What one run said: when, by which rule, the verdict as shape and word, and which sources an undetermined one lacked. */
export function VerdictItem({ verdict: { run, verdict, recorded }, place, onOpen }: VerdictItemProps): ReactNode {
  const { earlierVerdicts: texts, verdict: words } = useTexts();
  const format = useInstants();
  const time = toSecond(format, run.startedAt);
  const named = recorded?.missing ?? [];
  return (
    <li className={classNames(part.item, styles.item)}>
      <span className={styles.time}>
        {place === 'kept' ? (
          <button type="button" className={part.link} title={texts.open(run.runId)} onClick={onOpen}>
            {time}
          </button>
        ) : (
          <span title={place === 'not-kept' ? texts.notKept : texts.looking}>{time}</span>
        )}
      </span>
      <span className={styles.rule}>{recorded?.rule ?? texts.ruleUnknown}</span>
      <VerdictWord verdict={verdict} />
      <span className={styles.missing}>
        {named.map((source) => (
          <span key={source.source}>
            {words.missingSource(source)}: {words.missingReason(source)}
          </span>
        ))}
        {named.length < run.missing && <span>{texts.unnamed(run.missing - named.length)}</span>}
      </span>
    </li>
  );
}
