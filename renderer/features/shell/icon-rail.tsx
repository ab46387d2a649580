import { UnstyledButton } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import type { ReactNode } from 'react';
import type { PageName } from '../../store/view-slice.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { SchemeButton } from './scheme-button.tsx';
import styles from './shell.module.css';

// One line a page.
const pages: readonly { readonly page: PageName; readonly icon: IconName }[] = [
  { page: 'run', icon: 'run' },
  { page: 'history', icon: 'history' },
  { page: 'schedules', icon: 'calendar' },
  { page: 'rules', icon: 'rules' },
  { page: 'status', icon: 'gauge' },
  { page: 'log', icon: 'log' },
  { page: 'configuration', icon: 'settings' },
];

/** The pages of the window as icons, and at the foot what concerns all of them. */
export function IconRail(): ReactNode {
  const { shell } = useTexts();
  const { showPage } = useActions();
  const current = useApp((state) => state.view.page);
  const problems = useApp((state) => state.session.config?.problems.length ?? 0);
  return (
    <nav className={styles.rail} aria-label={shell.navigation}>
      {pages.map(({ page, icon }) => (
        <UnstyledButton
          key={page}
          className={styles.railButton ?? ''}
          aria-current={current === page ? 'page' : undefined}
          onClick={() => showPage(page)}
        >
          <Icon name={icon} size={18} />
          <span>{shell.pages[page]}</span>
          {page === 'configuration' && problems > 0 && (
            <span className={styles.badge} aria-hidden="true">
              {problems}
            </span>
          )}
        </UnstyledButton>
      ))}
      <div className={styles.room} />
      <UnstyledButton
        className={styles.railButton ?? ''}
        aria-keyshortcuts="Control+K"
        title={`${shell.commands} (Ctrl+K)`}
        onClick={() => spotlight.open()}
      >
        <Icon name="command" size={18} />
        <span>{shell.commands}</span>
      </UnstyledButton>
      <SchemeButton />
    </nav>
  );
}
