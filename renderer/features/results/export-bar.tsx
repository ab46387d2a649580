import { Button, Loader, Menu } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ExportFormat } from '../../../app/model/report.ts';
import type { ShownTable } from '../../../app/model/table.ts';
import { tableKeyOf, tableViewOf } from '../../model/table-key.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { Icon } from '../../ui/icon.tsx';
import { hasRows } from './result-table-state.ts';
import { isIncomplete } from './result-tabs-of.ts';
import { RunningExports } from './running-exports.tsx';
import styles from './results.module.css';

const formats: readonly ExportFormat[] = ['xlsx', 'csv', 'json'];

/** What one leaves with: a file, a mail, a note. From the statistics, the flagged clients are exported. */
export function ExportBar({ table }: { readonly table: ShownTable | null }): ReactNode {
  const { results } = useTexts();
  const { exportTable, writeBundle, copyNote, showSidePanel } = useActions();
  const wanted = table ?? { kind: 'confirmed' };
  const canExport = useApp((state) => hasRows(state.run.state, wanted));
  const hasEnded = useApp((state) => state.run.state?.status === 'ended');
  const canTell = useApp((state) => state.run.state !== null);
  const lacks = useApp((state) => state.run.state !== null && isIncomplete(state.run.state));
  const isFiltered = useApp((state) => wanted.kind === 'change' || tableViewOf(state.view, tableKeyOf(wanted)).filters.length > 0);
  const isExporting = useApp((state) => state.view.exports.length > 0);
  const isMailShown = useApp((state) => state.view.sidePanel === 'mail');
  return (
    <div className={styles.leave}>
      <Button
        className={styles.compact ?? ''}
        variant="subtle"
        color="gray"
        size="compact-sm"
        disabled={!canTell}
        aria-label={results.mail}
        aria-expanded={isMailShown}
        title={results.mail}
        leftSection={<Icon name="mail" size={15} />}
        onClick={() => showSidePanel(isMailShown ? null : 'mail')}
      >
        <span className={styles.wide}>{results.mail}</span>
      </Button>
      <Button
        className={styles.compact ?? ''}
        variant="subtle"
        color="gray"
        size="compact-sm"
        disabled={!canTell}
        aria-label={results.note}
        title={results.note}
        leftSection={<Icon name="note" size={15} />}
        onClick={() => void copyNote()}
      >
        <span className={styles.wide}>{results.note}</span>
      </Button>
      <RunningExports />
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <Button
            variant="default"
            size="compact-sm"
            disabled={!canExport}
            leftSection={isExporting ? <Loader size={13} color="gray" /> : <Icon name="download" size={14} />}
            aria-busy={isExporting}
            rightSection={<Icon name="chevronDown" size={12} />}
          >
            {results.export}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{results.exportHeading(results.tableLabel(wanted))}</Menu.Label>
          {formats.map((format) => (
            <Menu.Item key={format} onClick={() => void exportTable(wanted, format)}>
              {results.exportFormats[format]}
            </Menu.Item>
          ))}
          {isFiltered && <Menu.Label>{results.exportFiltered}</Menu.Label>}
          <Menu.Divider />
          <Menu.Label>{results.exportRun}</Menu.Label>
          <Menu.Item disabled={!hasEnded} onClick={() => void writeBundle()}>
            {results.bundle}
          </Menu.Item>
          <Menu.Item disabled={!canTell} onClick={() => showSidePanel('mail')}>
            {results.mail}
          </Menu.Item>
          <Menu.Item disabled={!canTell} onClick={() => void copyNote()}>
            {results.note}
          </Menu.Item>
          {lacks && <Menu.Label className={styles.incomplete}>{results.exportIncomplete}</Menu.Label>}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
