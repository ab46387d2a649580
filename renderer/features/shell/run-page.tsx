import type { ReactNode } from 'react';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { ErrorBoundary } from '../../ui/error-boundary.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { Splitter } from '../../ui/splitter.tsx';
import { isPixels, useRemembered } from '../../ui/use-remembered.ts';
import { DatabaseStatus } from '../database-status/database-status.tsx';
import { FirstSteps } from '../first-steps/first-steps.tsx';
import { LogDrawer } from '../log/log-drawer.tsx';
import { Results } from '../results/results.tsx';
import { PlanPanel } from '../plan/plan-panel.tsx';
import { RunPanel } from '../run-panel/run-panel.tsx';
import { Pane } from './pane.tsx';
import styles from './run-page.module.css';

const widths = { first: 348, least: 270, most: 560 };

/** What is asked, how the databases do, what came out, and the log. */
export function RunPage(): ReactNode {
  const { shell } = useTexts();
  const { showSidePanel } = useActions();
  const hasFirstSteps = useApp((state) => state.view.sidePanel === 'first-steps' && state.run.state !== null);
  const runId = useApp((state) => state.run.state?.plan.runId);
  const hasPlan = useApp((state) => state.view.sidePanel === 'plan');
  const [width, setWidth] = useRemembered('status.width', widths.first, isPixels);
  return (
    <div className={styles.page}>
      <Pane label={shell.panes.header} className={styles.head}>
        <RunPanel />
      </Pane>
      <div className={styles.middle}>
        <Pane
          label={shell.panes.status}
          about={runId}
          className={styles.status}
          style={{ width: `clamp(${widths.least}px, ${width}px, 31vw)` }}
        >
          <DatabaseStatus />
        </Pane>
        <Splitter
          orientation="vertical"
          label={shell.resizePane(shell.panes.status)}
          size={width}
          least={widths.least}
          most={widths.most}
          direction={1}
          onResize={setWidth}
        />
        <Pane label={shell.panes.results} about={runId} className={styles.results}>
          <Results />
          {hasPlan && (
            <ErrorBoundary part={shell.parts.plan} shape="over">
              <PlanPanel />
            </ErrorBoundary>
          )}
          {hasFirstSteps && (
            <SidePanel title={shell.palette.firstSteps} onClose={() => showSidePanel(null)}>
              <FirstSteps hasTitle={false} />
            </SidePanel>
          )}
        </Pane>
      </div>
      <Pane label={shell.panes.log}>
        <LogDrawer />
      </Pane>
    </div>
  );
}
