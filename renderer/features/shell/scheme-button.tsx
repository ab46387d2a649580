import { Tooltip, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTexts } from '../../store/window-context.tsx';
import { Icon } from '../../ui/icon.tsx';
import { nextScheme } from './next-scheme.ts';
import styles from './shell.module.css';

/** Colours as the system, light, dark: one button goes round. */
export function SchemeButton(): ReactNode {
  const { shell } = useTexts();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const icon = { auto: 'system', light: 'sun', dark: 'moon' } as const;
  return (
    <Tooltip label={shell.scheme[colorScheme]} position="right">
      <UnstyledButton
        className={styles.railButton ?? ''}
        aria-label={shell.scheme[colorScheme]}
        onClick={() => setColorScheme(nextScheme(colorScheme))}
      >
        <Icon name={icon[colorScheme]} size={18} />
        <span aria-hidden="true">{shell.scheme.names[colorScheme]}</span>
      </UnstyledButton>
    </Tooltip>
  );
}
