import { Button } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { ErrorBoundary } from '../../ui/error-boundary.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { useRelativeTimes } from '../../ui/use-relative-times.ts';
import { CommandPalette } from '../command-palette/command-palette.tsx';
import { ConfigurationPage } from '../configuration/configuration-page.tsx';
import { HistoryPage } from '../history/history-page.tsx';
import { LogView } from '../log/log-view.tsx';
import { hideExported } from '../notices/show-notice.tsx';
import { StatusPage } from '../status/status-page.tsx';
import { RulesPage } from '../rules/rules-page.tsx';
import { SchedulesPage } from '../schedules/schedules-page.tsx';
import { Announcer } from './announcer.tsx';
import { Banners } from './banners.tsx';
import { IconRail } from './icon-rail.tsx';
import { Pane } from './pane.tsx';
import { RunPage } from './run-page.tsx';
import styles from './shell.module.css';
import { useShortcuts } from './use-shortcuts.ts';

/** The frame of the window: rail, banners, the page that is looked at. */
export function Shell(): ReactNode {
  const { shell } = useTexts();
  const { load } = useActions();
  const page = useApp((state) => state.view.page);
  const phase = useApp((state) => state.session.phase);
  const failure = useApp((state) => state.session.failure);
  useShortcuts();
  useEffect(() => hideExported, [page]);
  useRelativeTimes();
  if (phase === 'failed' && failure !== null) {
    return (
      <div className={styles.full} role="alert">
        <div className={styles.fullBox}>
          <h1 className={styles.fullTitle}>{shell.notLoaded}</h1>
          <FailureNote failure={failure} />
          <Button onClick={() => void load()}>{shell.tryAgain}</Button>
        </div>
      </div>
    );
  }
  if (phase !== 'ready') {
    return (
      <div className={styles.full} aria-busy="true">
        {shell.loading}
      </div>
    );
  }
  return (
    <div className={styles.window}>
      <ErrorBoundary part={shell.navigation} shape="rail">
        <IconRail />
      </ErrorBoundary>
      <main className={styles.main}>
        <h1 className="cam-hidden">{shell.product}</h1>
        <ErrorBoundary part={shell.parts.banners} shape="line">
          <Banners />
        </ErrorBoundary>
        <ErrorBoundary key={page} part={shell.pages[page]}>
          {page === 'run' && <RunPage />}
          {page === 'history' && (
            <Pane label={shell.panes.history}>
              <HistoryPage />
            </Pane>
          )}
          {page === 'status' && (
            <Pane label={shell.panes.figures}>
              <StatusPage />
            </Pane>
          )}
          {page === 'rules' && (
            <Pane label={shell.panes.rules}>
              <RulesPage />
            </Pane>
          )}
          {page === 'schedules' && (
            <Pane label={shell.panes.schedules}>
              <SchedulesPage />
            </Pane>
          )}
          {page === 'log' && (
            <Pane label={shell.panes.log}>
              <LogView />
            </Pane>
          )}
          {page === 'configuration' && (
            <Pane label={shell.panes.configuration}>
              <ConfigurationPage />
            </Pane>
          )}
        </ErrorBoundary>
      </main>
      <ErrorBoundary part={shell.parts.announcer} shape="over">
        <Announcer />
      </ErrorBoundary>
      <ErrorBoundary part={shell.commands} shape="over">
        <CommandPalette />
      </ErrorBoundary>
    </div>
  );
}
