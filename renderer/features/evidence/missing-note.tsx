import type { ReactNode } from 'react';
import type { MissingSource } from '../../../app/model/run.ts';
import { useTexts } from '../../store/window-context.tsx';
import { Icon } from '../../ui/icon.tsx';
import styles from './evidence.module.css';

/** Says first what is missing from the evidence, by name and reason; where nothing is, that every source answered. */
export function MissingNote({ missing }: { readonly missing: readonly MissingSource[] }): ReactNode {
  const { evidence: texts } = useTexts();
  if (missing.length === 0) return <div className={styles.complete}>{texts.complete}</div>;
  return (
    <div className={styles.missing}>
      <div className={styles.missingTitle}>
        <Icon name="alert" size={14} /> {texts.incomplete(missing.length)}
      </div>
      <ul>
        {missing.map((source) => (
          <li key={source.source}>
            {texts.unknownSource(source)}. {source.message}{' '}
            {source.code !== undefined && <span className={styles.code}>{source.code}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}
