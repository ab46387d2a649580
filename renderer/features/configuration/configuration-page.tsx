import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { Icon } from '../../ui/icon.tsx';
import { CheckDatabases } from '../check/check-databases.tsx';
import { Passwords } from '../passwords/passwords.tsx';
import styles from './configuration-page.module.css';
import { DatabaseList } from './database-list.tsx';
import { ProblemList } from './problem-list.tsx';
import { SettingsForm } from './settings-form.tsx';

/** Everything the program is told by files: the mistakes first, then the settings to edit and the databases to see. */
export function ConfigurationPage(): ReactNode {
  const { configuration: texts } = useTexts();
  const { reloadConfiguration } = useActions();
  const config = useApp((state) => state.session.config);
  if (config === null) return null;
  return (
    <div className={styles.page}>
      <div className={styles.inner}>
        <div className={styles.head}>
          <h1 className={styles.title}>{texts.title}</h1>
          <Button variant="default" leftSection={<Icon name="refresh" size={13} />} onClick={() => void reloadConfiguration()}>
            {texts.reload}
          </Button>
        </div>
        {config.problems.length > 0 && <ProblemList problems={config.problems} />}
        <CheckDatabases isDisabled={config.problems.length > 0} />
        {config.problems.length === 0 && <Passwords />}
        <div className={styles.columns}>
          <section className={styles.card} aria-label={texts.settings}>
            <div className={styles.cardHead}>
              <h2 className={styles.cardTitle}>{texts.settings}</h2>
              <span className={styles.path}>{config.settingsFile}</span>
            </div>
            {config.settings === undefined ? (
              <div className={styles.cardBody}>
                <span className={styles.aside}>{texts.settingsMissing}</span>
              </div>
            ) : (
              <SettingsForm settings={config.settings} />
            )}
          </section>
          <DatabaseList config={config} />
        </div>
      </div>
    </div>
  );
}
