import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ClientEvidence, EvidenceEvent, EvidenceSource } from '../../../app/model/client-evidence.ts';
import { showDistance } from '../../../app/model/time-distance.ts';
import type { InstantFormat } from '../../model/instant-format.ts';
import { formatCount } from '../../model/numbers.ts';
import { useActions, useTexts } from '../../store/window-context.tsx';
import { Icon } from '../../ui/icon.tsx';
import styles from './event-details.module.css';

interface EventDetailsProps {
  readonly evidence: ClientEvidence;
  readonly event: EvidenceEvent | null;
  readonly format: InstantFormat;
}

/** One row in full: where it came from, when it happened and was read, and all its values. */
export function EventDetails({ evidence, event, format }: EventDetailsProps): ReactNode {
  const { evidence: texts, results } = useTexts();
  const { showRawRows } = useActions();
  const source = evidence.sources.find((each) => each.source === event?.source);
  if (event === null || source === undefined) return <div className={styles.details}>{texts.choose}</div>;
  const { idColumn } = source;
  return (
    <section className={styles.details} aria-label={texts.details}>
      <dl className={styles.facts}>
        {factsOf(event, source, format, texts.facts).map(([name, value]) => (
          <div key={name} className={styles.fact}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <h4 className={styles.title}>{texts.facts.values}</h4>
      <dl className={styles.facts}>
        {source.columns.map((column, place) => (
          <div key={column.name} className={styles.fact}>
            <dt className="cam-mono">{column.name}</dt>
            <dd className="cam-mono">{event.cells[place] ?? <span className={styles.null}>{results.nullCell}</span>}</dd>
          </div>
        ))}
      </dl>
      {idColumn !== undefined && (
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<Icon name="filter" size={13} />}
          onClick={() => showRawRows(source.source, idColumn, evidence.client)}
        >
          {texts.rawRows}
        </Button>
      )}
    </section>
  );
}

interface FactNames extends Readonly<
  Record<'source' | 'database' | 'file' | 'row' | 'attempt' | 'answer' | 'endpoint' | 'time' | 'utc' | 'read' | 'distance', string>
> {
  readonly cached: (runId: string) => string;
}

function factsOf(
  event: EvidenceEvent,
  source: EvidenceSource,
  format: InstantFormat,
  names: FactNames,
): readonly (readonly [name: string, value: string])[] {
  const zoned = (instant: string): string => `${format.full(instant)} ${format.zone} (${format.offset(instant)})`;
  return [
    ...(event.time === null
      ? []
      : [
          [names.time, zoned(event.time)] as const,
          [names.utc, event.time] as const,
          [names.distance, showDistance(event.beforeTMicros ?? '0')] as const,
        ]),
    [names.source, source.query],
    [names.database, source.database],
    [names.file, source.file],
    [names.row, formatCount(event.row)],
    source.cachedFrom === undefined ? [names.attempt, String(source.attempt)] : [names.answer, names.cached(source.cachedFrom.runId)],
    ...(source.endpoint === undefined ? [] : [[names.endpoint, source.endpoint] as const]),
    ...(source.readAt === undefined ? [] : [[names.read, zoned(source.readAt)] as const]),
  ];
}
