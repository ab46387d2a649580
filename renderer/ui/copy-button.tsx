import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useActions, useTexts } from '../store/window-context.tsx';
import type { Notice } from '../actions/notice.ts';
import { Icon } from './icon.tsx';

interface CopyButtonProps {
  /** As high as the buttons beside it; small by default. */
  readonly size?: 'compact-xs' | 'xs';
  readonly text: string;
  readonly what: Extract<Notice, { kind: 'copied' }>['what'];
  readonly children: ReactNode;
}

/** Copies a text, and says so in its own place as well. */
export function CopyButton({ text, what, size = 'compact-xs', children }: CopyButtonProps): ReactNode {
  const { copy } = useActions();
  const { shell } = useTexts();
  const [isCopied, setIsCopied] = useState(false);
  const onClick = (): void => {
    void copy(text, { kind: 'copied', what }).then(() => setIsCopied(true));
  };
  return (
    <Button
      variant="default"
      size={size}
      leftSection={<Icon name={isCopied ? 'check' : 'copy'} size={13} />}
      onClick={onClick}
      onBlur={() => setIsCopied(false)}
      title={shell.copy}
    >
      {children}
    </Button>
  );
}
