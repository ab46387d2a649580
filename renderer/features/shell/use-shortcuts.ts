import { useHotkeys } from '@mantine/hooks';
import { useActions } from '../../store/window-context.tsx';
import { moveBetweenPanes } from './move-between-panes.ts';

/** The keys that work everywhere in the window, also while a field is typed in. */
export function useShortcuts(): void {
  const { startRun, cancelRun } = useActions();
  useHotkeys(
    [
      ['mod+Enter', () => void startRun()],
      ['mod+.', () => void cancelRun()],
      ['F6', () => moveBetweenPanes(document, 1)],
      ['shift+F6', () => moveBetweenPanes(document, -1)],
    ],
    [],
    true,
  );
}
