import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useActions, useTexts } from '../store/window-context.tsx';
import type { Notice } from '../actions/notice.ts';
import { Icon } from './icon.tsx';

interface CopyButtonProps {
  readonly text: string;
  readonly what: Extract<Notice, { kind: 'copied' }>['what'];
  readonly children: ReactNode;
}

/** Copies a text, and says so in its own place as well. */
export function CopyButton({ text, what, children }: CopyButtonProps): ReactNode {
  const { copy } = useActions();
  const { shell } = useTexts();
  const [isCopied, setIsCopied] = useState(false);
  const onClick = (): void => {
    void copy(text, { kind: 'copied', what }).then(() => setIsCopied(true));
  };
  return (
    <Button
      variant="default"
      size="compact-xs"
      leftSection={<Icon name={isCopied ? 'check' : 'copy'} size={13} />}
      onClick={onClick}
      onBlur={() => setIsCopied(false)}
      title={shell.copy}
    >
      {children}
    </Button>
  );
}
