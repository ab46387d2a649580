import type { ReactNode } from 'react';
import { changeKinds, type VerdictChanges } from '../../../../app/model/verdict-history.ts';
import { useActions, useApp, useTexts } from '../../../store/window-context.tsx';
import { FailureNote } from '../../../ui/failure-note.tsx';
import { useAsked } from '../../../ui/use-asked.ts';
import { toSecond, useInstants } from '../use-instants.ts';
import styles from './run-detail.module.css';

/** Who is new, gone, still listed or not known any more: the comparison that the run itself was told with, of kept verdicts. */
export function ClientComparison({ runId }: { readonly runId: string }): ReactNode {
  const { clients: texts } = useTexts().history.detail.changes;
  const { verdictChanges } = useActions();
  const format = useInstants();
  const revision = useApp((state) => state.history.revision);
  const asked = useAsked(() => verdictChanges(runId), `${runId} ${String(revision)}`);
  if (asked.kind === 'waiting') return null;
  if (asked.kind === 'failed') return <FailureNote failure={asked.failure} />;
  const comparison = asked.value;
  return (
    <section className={styles.clients} aria-label={texts.title}>
      {comparison.kind === 'not-kept' && <p className={styles.line}>{texts.notKept}</p>}
      {comparison.kind === 'first' && <p className={styles.line}>{texts.first}</p>}
      {comparison.kind === 'too-many' && <p className={styles.line}>{texts.tooMany(toSecond(format, comparison.previous.startedAt))}</p>}
      {comparison.kind === 'compared' && <Changes changes={comparison.changes} />}
    </section>
  );
}

function Changes({ changes }: { readonly changes: VerdictChanges }): ReactNode {
  const { clients: texts } = useTexts().history.detail.changes;
  const format = useInstants();
  const { run, previous, counts, clients } = changes;
  return (
    <>
      <p className={styles.line}>{texts.since(toSecond(format, previous.startedAt), previous.user)}</p>
      {run.missing > 0 && <p className={styles.line}>{texts.missingNow(run.missing)}</p>}
      {previous.missing > 0 && <p className={styles.line}>{texts.missingThen(previous.missing)}</p>}
      {changeKinds
        .filter((kind) => kind !== 'unknown' || counts.unknown > 0)
        .map((kind) => (
          <Clients key={kind} title={texts.kinds[kind](counts[kind])} clients={clients[kind]} count={counts[kind]} />
        ))}
    </>
  );
}

interface ClientsProps {
  readonly title: string;
  readonly clients: readonly string[];
  readonly count: number;
}

function Clients({ title, clients, count }: ClientsProps): ReactNode {
  const { history, evidence } = useTexts();
  const { clients: texts } = history.detail.changes;
  return (
    <div>
      <h4 className={styles.smallTitle}>{title}</h4>
      {count > 0 && (
        <p className={styles.clientList}>
          <span className="cam-mono">{clients.map((client) => (client.trim() === '' ? evidence.blankId : client)).join(', ')}</span>{' '}
          {count > clients.length && texts.more(count - clients.length)}
        </p>
      )}
    </div>
  );
}
