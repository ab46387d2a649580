import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Failure } from '../../../app/model/failure.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { useAsked } from '../../ui/use-asked.ts';
import { useWork } from '../../ui/use-work.ts';
import { VerdictItem } from './earlier-verdict-item.tsx';
import part from './evidence-part.module.css';

interface EarlierVerdictsProps {
  readonly runId: string;
  readonly client: string;
}

/** What runs before this one said of the client; asked apart, so that a history that is slow or away never holds up the evidence. */
export function EarlierVerdicts({ runId, client }: EarlierVerdictsProps): ReactNode {
  const { earlierVerdicts: texts } = useTexts();
  const { earlierVerdicts, keptRuns, openKeptRun } = useActions();
  const revision = useApp((state) => state.history.revision);
  const startedAt = useApp(({ run: { state } }) => (state?.plan.runId === runId ? state.startedAt : null));
  const key = `${runId} ${client} ${startedAt ?? ''} ${String(revision)}`;
  const asked = useAsked(() => earlierVerdicts(client, { runId, startedAt }), key);
  const kept = useAsked(keptRuns, key);
  const here = useApp((state) => state.run.list);
  const opening = useWork<Failure | null>();
  const refusal = opening.failure ?? opening.value;
  const placeOf = (other: string): 'kept' | 'not-kept' | 'unknown' => {
    if (here.some((item) => item.runId === other)) return 'kept';
    if (kept.kind !== 'answered') return 'unknown';
    return kept.value.includes(other) ? 'kept' : 'not-kept';
  };
  return (
    <section className={part.part} aria-label={texts.title} aria-busy={asked.kind === 'waiting'}>
      <h3 className={part.title}>{texts.title}</h3>
      <p className={part.hint}>{texts.hint}</p>
      {asked.kind === 'waiting' && <Skeleton height={40} />}
      {asked.kind === 'failed' && (
        <>
          <p className={part.unknown}>{texts.unknown}</p>
          <FailureNote failure={asked.failure} />
        </>
      )}
      {asked.kind === 'answered' && (
        <>
          {asked.value.verdicts.length === 0 && <p className={part.hint}>{texts.none(asked.value.isCut)}</p>}
          <ul className={part.list}>
            {asked.value.verdicts.map((verdict) => (
              <VerdictItem
                key={verdict.run.runId}
                verdict={verdict}
                place={placeOf(verdict.run.runId)}
                onOpen={() => void opening.start(() => openKeptRun(verdict.run.runId))}
              />
            ))}
          </ul>
          {asked.value.verdicts.length > 0 && asked.value.isCut && <p className={part.hint}>{texts.cut}</p>}
        </>
      )}
      {refusal !== null && <FailureNote failure={refusal} />}
    </section>
  );
}
