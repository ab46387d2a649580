import { type ReactNode, useMemo, useState } from 'react';
import type { ClientEvidence } from '../../../app/model/client-evidence.ts';
import { createInstantFormat } from '../../model/instant-format.ts';
import { eventKey, lanesOf } from '../../model/time-line.ts';
import { useTexts } from '../../store/window-context.tsx';
import { EarlierVerdicts } from './earlier-verdicts.tsx';
import { EventDetails } from './event-details.tsx';
import { EventList } from './event-list.tsx';
import styles from './evidence.module.css';
import { MissingNote } from './missing-note.tsx';
import { SharedValues } from './shared-values.tsx';
import { StandingLine } from './standing-line.tsx';
import { TimeLine } from './time-line.tsx';

interface EvidenceBodyProps {
  readonly evidence: ClientEvidence;
  /** Changes when the answer of the run has. */
  readonly revision: string;
}

/** Time line, rows with the chosen one in full, and others with the same attributes; all point at one chosen event. */
export function EvidenceBody({ evidence, revision }: EvidenceBodyProps): ReactNode {
  const { evidence: texts } = useTexts();
  const format = useMemo(() => createInstantFormat(evidence.zone), [evidence.zone]);
  const lanes = useMemo(() => lanesOf(evidence), [evidence]);
  const [chosen, setChosen] = useState<string | null>(null);
  const event = evidence.events.find((each) => eventKey(each) === chosen) ?? evidence.events[0];
  const blind = evidence.sources.filter((source) => source.idColumn === undefined);
  return (
    <>
      <MissingNote missing={evidence.missing} />
      {evidence.standing !== undefined && <StandingLine standing={evidence.standing} />}
      <TimeLine evidence={evidence} lanes={lanes} format={format} chosen={event ?? null} onChoose={(each) => setChosen(eventKey(each))} />
      {evidence.events.length < evidence.total && <div className={styles.warning}>{texts.cut(evidence.events.length, evidence.total)}</div>}
      {blind.map((source) => (
        <div key={source.source} className={styles.warning}>
          {texts.blind(source.source)}
        </div>
      ))}
      <div className={styles.columns}>
        <EventList evidence={evidence} format={format} chosen={event ?? null} onChoose={(each) => setChosen(eventKey(each))} />
        <EventDetails evidence={evidence} event={event ?? null} format={format} />
      </div>
      <SharedValues runId={evidence.runId} client={evidence.client} revision={revision} />
      <EarlierVerdicts runId={evidence.runId} client={evidence.client} />
    </>
  );
}
