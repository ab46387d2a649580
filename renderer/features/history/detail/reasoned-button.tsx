import { Button, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { Icon, type IconName } from '../../../ui/icon.tsx';
import { unavailableWhen } from '../../../ui/unavailable.ts';

interface ReasonedButtonProps {
  readonly icon: IconName;
  /** Why it cannot be done; `null` where it can. */
  readonly why: string | null;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

/** Says why something cannot be done; it stays reachable so that everybody can read the reason. */
export function ReasonedButton({ icon, why, onClick, children }: ReasonedButtonProps): ReactNode {
  return (
    <Tooltip label={why ?? ''} disabled={why === null} events={{ hover: true, focus: true, touch: true }}>
      <Button
        variant="default"
        {...unavailableWhen(why !== null)}
        leftSection={<Icon name={icon} size={13} />}
        onClick={() => {
          if (why === null) onClick();
        }}
      >
        {children}
      </Button>
    </Tooltip>
  );
}
