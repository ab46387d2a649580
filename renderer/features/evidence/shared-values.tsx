import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ClientShared } from '../../../app/model/client-evidence.ts';
import { useActions, useTexts } from '../../store/window-context.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { useAsked } from '../../ui/use-asked.ts';
import { classNames } from '../../ui/class-names.ts';
import part from './evidence-part.module.css';
import styles from './shared-values.module.css';

interface SharedValuesProps {
  readonly runId: string;
  readonly client: string;
  readonly revision: string;
}

/** Other clients with the same address, device or hand; asked apart, so that it never holds up the time line. */
export function SharedValues({ runId, client, revision }: SharedValuesProps): ReactNode {
  const { evidence: texts } = useTexts();
  const { clientShared } = useActions();
  const asked = useAsked(() => clientShared(runId, client), `${runId} ${client} ${revision}`);
  return (
    <section className={part.part} aria-label={texts.shared}>
      <h3 className={part.title}>{texts.shared}</h3>
      <p className={part.hint}>{texts.sharedHint}</p>
      {asked.kind === 'waiting' && <Skeleton height={60} />}
      {asked.kind === 'failed' && <FailureNote failure={asked.failure} />}
      {asked.kind === 'answered' && <SharedList shared={asked.value} />}
    </section>
  );
}

function SharedList({ shared }: { readonly shared: ClientShared }): ReactNode {
  const { evidence: texts } = useTexts();
  const { showEvidence } = useActions();
  return (
    <>
      {shared.missing.length > 0 && <p className={part.unknown}>{texts.sharedMissing}</p>}
      {shared.isCut && <p className={part.unknown}>{texts.sharedCut}</p>}
      {shared.values.length === 0 && <p className={part.hint}>{texts.sharedNone(shared.compared)}</p>}
      <ul className={part.list}>
        {shared.values.map(({ attribute, value, columns, clients, examples }) => (
          <li key={`${attribute} ${value}`} className={classNames(part.item, styles.item)}>
            <span className={styles.attribute}>{texts.attribute(attribute)}</span>
            <span className={styles.value} title={columns.join('\n')}>
              {value}
            </span>
            <span className={styles.count}>{texts.others(clients)}</span>
            <span className={styles.clients}>
              {examples.map((other) => (
                <button
                  key={other}
                  type="button"
                  className={classNames(part.link, styles.client)}
                  title={texts.open(other)}
                  onClick={() => showEvidence(other)}
                >
                  {other}
                </button>
              ))}
              {clients > examples.length && <span>{texts.moreOthers(clients - examples.length)}</span>}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
