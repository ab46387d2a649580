import { ActionIcon, Menu } from '@mantine/core';
import { type ReactNode, useMemo } from 'react';
import { createInstantFormat } from '../../model/instant-format.ts';
import { zoneOf } from '../../model/readiness.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { toSecond } from '../history/use-instants.ts';
import { Icon } from '../../ui/icon.tsx';

/** The runs since the program was started; choosing one shows it again. */
export function RunPicker(): ReactNode {
  const { run } = useTexts();
  const list = useApp((state) => state.run.list);
  const shown = useApp((state) => state.run.state?.plan.runId);
  const zone = useApp(zoneOf);
  const { openRun } = useActions();
  const format = useMemo(() => createInstantFormat(zone), [zone]);
  if (list.length < 2) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={run.runs} title={run.runs} size="sm">
          <Icon name="chevronDown" size={14} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
        <Menu.Label>{run.runsLabel(format.zone)}</Menu.Label>
        {list.map((item) => (
          <Menu.Item
            key={item.runId}
            onClick={() => void openRun(item.runId)}
            leftSection={item.runId === shown ? <Icon name="check" size={13} /> : <span style={{ width: 13 }} />}
            rightSection={item.outcome === undefined ? run.running : run.outcome[item.outcome]}
          >
            <time dateTime={item.startedAt}>{run.runItem(toSecond(format, item.startedAt), toSecond(format, item.lastEvent))}</time>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
