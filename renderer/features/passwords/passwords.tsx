import { type ReactNode, useState } from 'react';
import type { SecretsView } from '../../../app/model/secrets.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { useAsked } from '../../ui/use-asked.ts';
import { PasswordField } from './password-field.tsx';
import styles from './passwords.module.css';

/** The passwords of the databases that are entered with one; nothing where there is no such database. */
export function Passwords(): ReactNode {
  const { passwords: texts } = useTexts();
  const { listPasswords } = useActions();
  const config = useApp((state) => state.session.config);
  const asked = useAsked(listPasswords, JSON.stringify(config?.databases.map(({ name, endpoint }) => [name, endpoint])));
  const [changed, setChanged] = useState<{ readonly since: typeof asked; readonly view: SecretsView } | null>(null);
  if (asked.kind === 'waiting') return null;
  if (asked.kind === 'failed') return <FailureNote failure={asked.failure} />;
  // A change answers with the new list; a later question is newer still.
  const { databases, refusal } = changed?.since === asked ? changed.view : asked.value;
  if (databases.length === 0) return null;
  return (
    <section className={styles.card} aria-label={texts.title}>
      <div className={styles.head}>
        <h2 className={styles.title}>{texts.title}</h2>
        <span className={styles.hint}>{refusal ?? texts.hint}</span>
      </div>
      <ul className={styles.list}>
        {databases.map((secret) => (
          <PasswordField
            key={`${secret.database}\n${secret.user}`}
            secret={secret}
            canStore={refusal === undefined}
            onChanged={(view) => setChanged({ since: asked, view })}
          />
        ))}
      </ul>
    </section>
  );
}
