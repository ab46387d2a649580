import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import type { ReactNode } from 'react';
import { useApp, useTexts, useWindow } from '../../store/window-context.tsx';
import { Icon } from '../../ui/icon.tsx';
import { commandsOf } from './commands.ts';

/** Every command by name, with Ctrl+K. */
export function CommandPalette(): ReactNode {
  const { shell } = useTexts();
  const { store, actions, texts } = useWindow();
  // Which commands there are changes seldom; their list is made anew only then.
  const ids = useApp((state) =>
    commandsOf(state, actions, texts)
      .map((command) => command.id)
      .join('\n'),
  );
  return (
    <Spotlight
      key={ids}
      actions={groupsOf(commandsOf(store.getState(), actions, texts))}
      shortcut="mod + K"
      tagsToIgnore={[]}
      triggerOnContentEditable
      nothingFound={shell.noCommand}
      highlightQuery
      scrollable
      maxHeight={420}
      size={560}
      overlayProps={{ backgroundOpacity: 0.3, blur: 0 }}
      transitionProps={{ duration: 80 }}
      searchProps={{ placeholder: shell.commandSearch, 'aria-label': shell.commandSearch, leftSection: <Icon name="search" /> }}
    />
  );
}

function groupsOf(commands: ReturnType<typeof commandsOf>): SpotlightActionGroupData[] {
  const groups = new Map<string, SpotlightActionGroupData>();
  for (const { id, group, label, keys, run } of commands) {
    const own = groups.get(group) ?? { group, actions: [] };
    groups.set(group, own);
    own.actions.push({ id, label, onClick: run, rightSection: keys });
  }
  return [...groups.values()];
}
