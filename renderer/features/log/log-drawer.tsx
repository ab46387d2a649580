import { ActionIcon, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import type { LogEntry } from '../../../app/base/logger.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Icon } from '../../ui/icon.tsx';
import { Splitter } from '../../ui/splitter.tsx';
import { isPixels, useRemembered } from '../../ui/use-remembered.ts';
import styles from './log-drawer.module.css';
import { fieldsText } from './filter-log.ts';
import { LogView } from './log-view.tsx';

const heights = { first: 200, least: 110, most: 420 };

/** The log at the lower edge: one line when closed, a list when open. */
export function LogDrawer(): ReactNode {
  const { log } = useTexts();
  const { toggleLog } = useActions();
  const isOpen = useApp((state) => state.view.logOpen);
  const last = useApp((state) => lastLine(state.log.entries.at(-1)?.entry));
  const warnings = useApp((state) => (state.view.logOpen ? 0 : countOf(state.log.entries, 'warn')));
  const errors = useApp((state) => (state.view.logOpen ? 0 : countOf(state.log.entries, 'error')));
  const [height, setHeight] = useRemembered('log.height', heights.first, isPixels);
  if (!isOpen) {
    return (
      <div className={styles.drawer}>
        <UnstyledButton className={styles.closed ?? ''} aria-expanded={false} onClick={toggleLog}>
          <Icon name="chevronUp" size={13} />
          <span className="cam-hidden">{log.show}: </span>
          <span className={styles.name}>{log.title}</span>
          <span className={styles.last}>{last}</span>
          {warnings > 0 && <span className={styles.warnings}>{log.warnings(warnings)}</span>}
          {errors > 0 && <span className={styles.errors}>{log.errors(errors)}</span>}
        </UnstyledButton>
      </div>
    );
  }
  return (
    <div className={classNames(styles.drawer, styles.open)}>
      <Splitter
        orientation="horizontal"
        label={log.title}
        size={height}
        least={heights.least}
        most={heights.most}
        direction={-1}
        onResize={setHeight}
      />
      <div style={{ height, minHeight: 0 }}>
        <LogView>
          <ActionIcon aria-label={log.hide} size="sm" onClick={toggleLog}>
            <Icon name="chevronDown" size={14} />
          </ActionIcon>
        </LogView>
      </div>
    </div>
  );
}

/** The newest line in short: what it says and about what. */
function lastLine(entry: LogEntry | undefined): string {
  return entry === undefined ? '' : `${entry.message} ${fieldsText(entry.fields)}`;
}

function countOf(entries: readonly { readonly entry: { readonly level: string } }[], level: string): number {
  return entries.reduce((count, { entry }) => count + (entry.level === level ? 1 : 0), 0);
}
