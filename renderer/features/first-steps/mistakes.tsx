import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ConfigProblem } from '../../../app/model/database.ts';
import { useActions, useTexts } from '../../store/window-context.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';

const shown = 3;

/** Why nothing can be run: the first mistakes of the configuration, and the way to all of them. */
export function Mistakes({ problems }: { readonly problems: readonly ConfigProblem[] }): ReactNode {
  const { configuration: texts } = useTexts();
  const { showPage } = useActions();
  const first = problems.slice(0, shown).map(({ message }) => message);
  const rest = problems.length - first.length;
  return (
    <EmptyState title={texts.problemsTitle(problems.length)} text={[...first, ...(rest === 0 ? [] : [texts.andMore(rest)])].join(' ')}>
      <Button variant="default" onClick={() => showPage('configuration')}>
        {texts.firstSteps.settingsAction}
      </Button>
    </EmptyState>
  );
}
