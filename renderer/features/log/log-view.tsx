import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type ReactNode, useMemo, useState } from 'react';
import type { LogLevel } from '../../../app/base/logger.ts';
import { createInstantFormat } from '../../model/instant-format.ts';
import { zoneOf } from '../../model/readiness.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { Icon } from '../../ui/icon.tsx';
import { filterLog } from './filter-log.ts';
import { LogLines } from './log-lines.tsx';
import styles from './log-view.module.css';

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
const searchDelayMs = 150;

/** The program's log: level, search, newest at the bottom. `children` stand at the right end of its bar. */
export function LogView({ children }: { readonly children?: ReactNode }): ReactNode {
  const { log } = useTexts();
  const { clearLog } = useActions();
  const entries = useApp((state) => state.log.entries);
  const zone = useApp(zoneOf);
  const format = useMemo(() => createInstantFormat(zone), [zone]);
  const [level, setLevel] = useState<LogLevel>('info');
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, searchDelayMs);
  const shown = useMemo(() => filterLog(entries, { level, search }), [entries, level, search]);
  return (
    <div className={styles.view}>
      <div className={styles.bar}>
        <h2 className={styles.title}>{log.title}</h2>
        <NativeSelect
          className={styles.level ?? ''}
          size="xs"
          aria-label={log.level}
          value={level}
          data={levels.map((value) => ({ value, label: log.levels[value] }))}
          onChange={(event) => setLevel(levels.find((each) => each === event.currentTarget.value) ?? 'info')}
        />
        <TextInput
          className={styles.search ?? ''}
          aria-label={log.search}
          placeholder={log.searchHint}
          leftSection={<Icon name="search" size={13} />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <span>{log.count(shown.length, entries.length)}</span>
        <span className={styles.room} />
        <span>{log.times(format.zone)}</span>
        <Button size="compact-xs" variant="subtle" color="gray" onClick={clearLog}>
          {log.clear}
        </Button>
        {children}
      </div>
      {shown.length === 0 ? (
        <div className={styles.empty}>{entries.length === 0 ? log.empty : log.nothing}</div>
      ) : (
        <LogLines lines={shown} format={format} />
      )}
    </div>
  );
}
