import { UnstyledButton } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import type { MissingSource, SourceStatus } from '../../../app/model/run.ts';
import { missingToName, type Verdict } from '../../model/verdict.ts';
import { createInstantFormat } from '../../model/instant-format.ts';
import { zoneOf } from '../../model/readiness.ts';
import { useApp, useTexts } from '../../store/window-context.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { StateWord } from '../../ui/state-word.tsx';
import styles from './verdict-line.module.css';

const fewAtFirst = 3;

/** Every source without an answer by name, with its reason; the first few at once, the others on demand. */
export function MissingSources({ verdict }: { readonly verdict: Verdict }): ReactNode {
  const { verdict: texts } = useTexts();
  const [isLong, setIsLong] = useState(false);
  const zone = useApp(zoneOf);
  const format = useMemo(() => createInstantFormat(zone), [zone]);
  const time = (instant: string): string => format.full(instant);
  const missing = missingToName(verdict);
  if (missing.length === 0) return null;
  return (
    <>
      <ul className={styles.missing} aria-label={texts.missing}>
        {missing.slice(0, isLong ? undefined : fewAtFirst).map((source) => (
          <li key={source.source} className={styles.missingItem}>
            <StateMark status={statusOf(source)} />
            <span className={styles.source}>{texts.missingSource(source)}</span>
            <StateWord status={statusOf(source)}>{texts.missingReason(source)}</StateWord>
            <span className={styles.message} title={`${source.message} ${texts.missingRange(source, time)}`}>
              {source.message} {source.reason === 'partial' && texts.missingRange(source, time)}
            </span>
            {source.code !== undefined && <span className={styles.code}>{source.code}</span>}
          </li>
        ))}
      </ul>
      {missing.length > fewAtFirst && (
        <UnstyledButton className={styles.more} aria-expanded={isLong} onClick={() => setIsLong(!isLong)}>
          {isLong ? texts.showFewerMissing : texts.showAllMissing(missing.length)}
        </UnstyledButton>
      )}
    </>
  );
}

function statusOf({ reason }: MissingSource): SourceStatus {
  if (reason === 'running') return 'running';
  return reason === 'cancelled' ? 'cancelled' : 'failed';
}
