import type { ReactNode } from 'react';
import type { ClientChanges, ClientList } from '../../../../app/model/client-changes.ts';
import { useActions, useApp, useTexts } from '../../../store/window-context.tsx';
import { FailureNote } from '../../../ui/failure-note.tsx';
import { useAsked } from '../../../ui/use-asked.ts';
import { useWork } from '../audit/use-work.ts';
import { ReasonedButton } from './reasoned-button.tsx';
import styles from './run-detail.module.css';

interface ClientComparisonProps {
  readonly runId: string;
  readonly previousRunId: string;
}

/** Who is new, still listed or gone, on demand: both results are opened for it. */
export function ClientComparison({ runId, previousRunId }: ClientComparisonProps): ReactNode {
  const { clients: texts } = useTexts().history.detail.changes;
  const { askHistory, keptRuns } = useActions();
  const here = useApp((state) => state.run.list);
  const revision = useApp((state) => state.history.revision);
  const asked = useAsked(keptRuns, `${runId} ${String(revision)}`);
  const kept = [...here.map((item) => item.runId), ...(asked.kind === 'answered' ? asked.value : [])];
  const canCompare = [runId, previousRunId].every((each) => kept.includes(each));
  const work = useWork<ClientChanges>();
  return (
    <div className={styles.clients}>
      <div>
        <ReasonedButton
          icon="columns"
          why={canCompare ? null : texts.notKept}
          onClick={() => void work.start(() => askHistory('history.clientChanges', { runId, previousRunId }))}
        >
          {work.isBusy ? texts.comparing : texts.compare}
        </ReasonedButton>
      </div>
      <div aria-live="polite" className={styles.clients}>
        {work.failure !== null && <FailureNote failure={work.failure} />}
        {work.value !== null && <Changes changes={work.value} />}
      </div>
    </div>
  );
}

function Changes({ changes }: { readonly changes: ClientChanges }): ReactNode {
  const { clients: texts } = useTexts().history.detail.changes;
  const { fresh, still, undecided, gone, isIncomplete, wasIncomplete } = changes;
  return (
    <>
      <Clients list={fresh} title={texts.fresh(fresh.count)} />
      {fresh.count > 0 && wasIncomplete && <p className={styles.line}>{texts.wasIncomplete}</p>}
      <Clients list={still} title={texts.still(still.count)} />
      {undecided.count > 0 && <Clients list={undecided} title={texts.undecided(undecided.count)} />}
      <Clients list={gone} title={isIncomplete && gone.count > 0 ? texts.goneUnknown(gone.count) : texts.gone(gone.count)} />
    </>
  );
}

function Clients({ list: { clients, count }, title }: { readonly list: ClientList; readonly title: string }): ReactNode {
  const { clients: texts } = useTexts().history.detail.changes;
  return (
    <div>
      <h4 className={styles.smallTitle}>{title}</h4>
      {count > 0 && (
        <p className={styles.clientList}>
          <span className="cam-mono">{clients.join(', ')}</span> {count > clients.length && texts.more(count - clients.length)}
        </p>
      )}
    </div>
  );
}
