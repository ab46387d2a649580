import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { requestOf } from '../../model/readiness.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';

/** Opens what the next run will do; says so where it will leave something out by choice. */
export function PlanButton(): ReactNode {
  const { plan } = useTexts();
  const { showSidePanel } = useActions();
  const isOpen = useApp((state) => state.view.sidePanel === 'plan');
  const all = useApp((state) => state.session.config?.databases.length ?? 0);
  const chosen = useApp((state) => {
    const request = requestOf(state);
    if (request.kind === 'blocked') return request.block.kind === 'nothing-chosen' ? 0 : all;
    return request.input.databases?.length ?? all;
  });
  const hasParts = useApp((state) => Object.values(state.form.partitions).some((values) => values.length > 0));
  if (all === 0) return null;
  const label = chosen < all ? plan.openPart(chosen, all) : hasParts ? plan.openParts : plan.open;
  return (
    <Button
      size="compact-xs"
      variant="default"
      aria-expanded={isOpen}
      aria-label={`${label}. ${plan.title}`}
      onClick={() => showSidePanel(isOpen ? null : 'plan')}
    >
      {label}
    </Button>
  );
}
