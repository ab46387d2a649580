import type { ReactNode } from 'react';
import { createInstantFormat } from '../../model/instant-format.ts';
import { zoneOf } from '../../model/readiness.ts';
import { useApp, useTexts } from '../../store/window-context.tsx';
import styles from './database-status.module.css';

/** Where a database is; on hover, what was seen of that endpoint last. */
export function EndpointLine({ database, endpoint }: { readonly database: string; readonly endpoint: string }): ReactNode {
  const { health } = useTexts();
  const zone = useApp(zoneOf);
  const known = useApp((state) => state.health.endpoints.find((each) => each.database === database && each.endpoint === endpoint));
  const lines = (): string => {
    const format = createInstantFormat(zone);
    const at = (instant: string): string => `${format.full(instant.replace(/\.\d+Z$/, '.000000Z'))} ${format.zone}`;
    return [
      endpoint,
      ...(known?.lastSuccessAt === undefined ? [] : [`${health.answered(known.latencyMs)} ${at(known.lastSuccessAt)}`]),
      ...(known?.lastFailureAt === undefined || known.lastFailure === undefined
        ? []
        : [`${health.failed(known.lastFailure.vendorCode ?? known.lastFailure.code)} ${at(known.lastFailureAt)}`]),
    ].join('\n');
  };
  return (
    <span className={styles.endpoint}>
      <span className={styles.endpointText} title={lines()}>
        {endpoint}
      </span>
    </span>
  );
}
