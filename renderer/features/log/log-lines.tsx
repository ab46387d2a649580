import { Button } from '@mantine/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { InstantFormat } from '../../model/instant-format.ts';
import type { NumberedLogEntry } from '../../store/log-slice.ts';
import { useTexts } from '../../store/window-context.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useVirtualLines } from '../../ui/use-virtual-lines.ts';
import { LogLine } from './log-line.tsx';
import lineStyles from './log-lines.module.css';
import styles from './log-view.module.css';

interface LogLinesProps {
  readonly lines: readonly NumberedLogEntry[];
  readonly format: InstantFormat;
}

const lineHeight = 22;
const overscan = 10;
const nearEndPx = 30;

/** The lines in view. The list follows the newest line until the reader scrolls up, and again from the end on. */
export function LogLines({ lines, format }: LogLinesProps): ReactNode {
  const { log } = useTexts();
  const scroller = useRef<HTMLDivElement>(null);
  const [follows, setFollows] = useState(true);
  const [open, setOpen] = useState<number | null>(null);
  const virtual = useVirtualLines({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    getItemKey: (index) => lines[index]?.id ?? index,
    overscan,
    initialRect: { width: 800, height: 300 },
  });
  const newest = lines.at(-1)?.id;
  useEffect(() => {
    if (follows && lines.length > 0) virtual.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [follows, newest, lines.length, virtual]);
  const onScroll = (): void => {
    const element = scroller.current;
    if (element === null) return;
    setFollows(element.scrollHeight - element.scrollTop - element.clientHeight < nearEndPx);
  };
  return (
    <div className={lineStyles.frame}>
      <div ref={scroller} className={styles.scroller} tabIndex={0} onScroll={onScroll} role="log" aria-live="off" aria-label={log.title}>
        <div className={styles.lines} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const line = lines[item.index];
            return (
              line !== undefined && (
                <LogLine
                  key={line.id}
                  ref={virtual.measureElement}
                  index={item.index}
                  topPx={item.start}
                  entry={line.entry}
                  format={format}
                  isOpen={open === line.id}
                  onToggle={() => setOpen(open === line.id ? null : line.id)}
                />
              )
            );
          })}
        </div>
      </div>
      {!follows && (
        <Button
          className={lineStyles.newest ?? ''}
          size="compact-xs"
          leftSection={<Icon name="down" size={12} />}
          onClick={() => setFollows(true)}
        >
          {log.newest}
        </Button>
      )}
    </div>
  );
}
