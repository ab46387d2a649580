import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { type ReactNode, useState } from 'react';
import { useTexts, useWindow } from '../../store/window-context.tsx';
import { Icon } from '../../ui/icon.tsx';
import { type Command, commandsOf } from './commands.ts';

/** Every command by name, with Ctrl+K. */
export function CommandPalette(): ReactNode {
  const { shell } = useTexts();
  const { store, actions, texts } = useWindow();
  // The commands are those of the moment at which the palette is opened; nothing is computed while it is closed.
  const [commands, setCommands] = useState<readonly Command[]>([]);
  return (
    <Spotlight
      onSpotlightOpen={() => setCommands(commandsOf(store.getState(), actions, texts))}
      actions={groupsOf(commands)}
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

function groupsOf(commands: readonly Command[]): SpotlightActionGroupData[] {
  const groups = new Map<string, SpotlightActionGroupData>();
  for (const { id, group, label, keys, run } of commands) {
    const own = groups.get(group) ?? { group, actions: [] };
    groups.set(group, own);
    own.actions.push({ id, label, onClick: run, rightSection: keys });
  }
  return [...groups.values()];
}
