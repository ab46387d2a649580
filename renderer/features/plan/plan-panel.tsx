import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import type { MethodInput } from '../../../app/contract/methods.ts';
import { requestOf, zoneOf } from '../../model/readiness.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { useAsked } from '../../ui/use-asked.ts';
import { PlanChoice } from './plan-choice.tsx';
import { PlanSummary } from './plan-summary.tsx';
import { PlanTargets } from './plan-targets.tsx';
import styles from './plan.module.css';

/** What the run that the form describes would do, and the choice of what it asks. Nothing is started. */
export function PlanPanel(): ReactNode {
  const { plan, run } = useTexts();
  const { showSidePanel } = useActions();
  const request = useApp((state) => {
    const read = requestOf(state);
    return read.kind === 'ready' ? JSON.stringify(read.input) : run.blocked(read.block, zoneOf(state));
  });
  const isReady = useApp((state) => requestOf(state).kind === 'ready');
  return (
    <SidePanel title={plan.title} onClose={() => showSidePanel(null)}>
      <div className={styles.plan}>
        <PlanChoice />
        {isReady ? <Planned request={request} /> : <div role="alert">{request}</div>}
      </div>
    </SidePanel>
  );
}

/** The plan for a request, as JSON. It is made anew when the request, the configuration or the state of a run changes. */
function Planned({ request }: { readonly request: string }): ReactNode {
  const { planRun } = useActions();
  const config = useApp((state) => state.session.config);
  const status = useApp((state) => state.run.state?.status);
  const configKey = config === null ? '' : JSON.stringify(config.databases);
  const asked = useAsked(() => planRun(JSON.parse(request) as MethodInput<'run.plan'>), `${request} ${configKey} ${status ?? ''}`);
  if (asked.kind === 'waiting') return <Skeleton height={260} />;
  if (asked.kind === 'failed') return <FailureNote failure={asked.failure} />;
  return (
    <>
      <PlanSummary plan={asked.value} />
      <PlanTargets plan={asked.value} />
    </>
  );
}
