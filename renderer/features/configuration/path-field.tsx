import { ActionIcon, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { Icon } from '../../ui/icon.tsx';

interface PathFieldProps {
  readonly kind: 'file' | 'folder';
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
}

/** A path: typed, or picked where the host can ask for one. */
export function PathField({ kind, label, hint, value, error, onChange }: PathFieldProps): ReactNode {
  const { configuration: texts } = useTexts();
  const { pickPath } = useActions();
  const canPick = useApp((state) => state.session.info?.can.pickFiles === true);
  const pick = async (): Promise<void> => {
    const path = await pickPath(kind, texts.browse(label));
    if (path !== null) onChange(path);
  };
  return (
    <TextInput
      label={label}
      description={hint}
      value={value}
      error={error}
      spellCheck={false}
      onChange={(event) => onChange(event.currentTarget.value)}
      rightSection={
        canPick && (
          <ActionIcon size="sm" aria-label={texts.browse(label)} onClick={() => void pick()}>
            <Icon name="folder" size={14} />
          </ActionIcon>
        )
      }
    />
  );
}
