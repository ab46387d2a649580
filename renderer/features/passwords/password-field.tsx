import { Button, PasswordInput } from '@mantine/core';
import { type ReactNode, type SubmitEvent, useState } from 'react';
import { type Failure, toFailure } from '../../../app/model/failure.ts';
import type { DatabaseSecret, SecretsView } from '../../../app/model/secrets.ts';
import { useActions, useTexts } from '../../store/window-context.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import styles from './passwords.module.css';

interface PasswordFieldProps {
  readonly secret: DatabaseSecret;
  /** Whether this host can keep a password. */
  readonly canStore: boolean;
  readonly onChanged: (view: SecretsView) => void;
}

/** The password of one database: whether there is one, and a field for a new one. What is typed is gone once it is stored. */
export function PasswordField({ secret, canStore, onChanged }: PasswordFieldProps): ReactNode {
  const { passwords: texts } = useTexts();
  const { storePassword, forgetPassword } = useActions();
  const [typed, setTyped] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const change = async (work: () => Promise<SecretsView>): Promise<void> => {
    setIsBusy(true);
    try {
      onChanged(await work());
      setTyped('');
      setFailure(null);
    } catch (error) {
      setFailure(toFailure(error));
    } finally {
      setIsBusy(false);
    }
  };
  const store = (event: SubmitEvent): void => {
    event.preventDefault();
    if (typed !== '') void change(() => storePassword(secret.database, typed));
  };
  const { database, user, isStored, isVariableSet, variable } = secret;
  const isThere = isStored || isVariableSet;
  return (
    <li className={styles.row}>
      <span className={styles.name}>
        <StateMark status={isThere ? 'completed' : 'failed'} />
        <span>
          <strong>{database}</strong> {user}
        </span>
      </span>
      <span className={isThere ? styles.hint : styles.missing}>
        {isStored ? texts.stored : isVariableSet ? texts.fromVariable(variable) : texts.missing(variable)}
      </span>
      {canStore && (
        <form className={styles.form} onSubmit={store}>
          <PasswordInput
            className={styles.input ?? ''}
            size="xs"
            aria-label={texts.ofUser(user, database)}
            autoComplete="off"
            value={typed}
            disabled={isBusy}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Button type="submit" size="compact-sm" variant="default" disabled={isBusy || typed === ''}>
            {isStored ? texts.replace : texts.store}
          </Button>
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            disabled={isBusy || !isStored}
            onClick={() => void change(() => forgetPassword(database))}
          >
            {texts.forget}
          </Button>
        </form>
      )}
      {failure !== null && (
        <div className={styles.failure} role="alert">
          <FailureNote failure={failure} />
        </div>
      )}
    </li>
  );
}
