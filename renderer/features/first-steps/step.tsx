import type { ReactNode } from 'react';
import { useTexts } from '../../store/window-context.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Icon } from '../../ui/icon.tsx';
import styles from './first-steps.module.css';

interface StepProps {
  readonly number: number;
  readonly name: string;
  readonly text: string;
  readonly isDone: boolean;
  readonly children?: ReactNode;
}

/** One step of the first ones, with its sign when it is done. */
export function Step({ number, name, text, isDone, children }: StepProps): ReactNode {
  const { configuration } = useTexts();
  return (
    <li className={classNames(styles.step, isDone && styles.done)}>
      <span className={styles.number}>
        {isDone ? <Icon name="check" size={13} /> : number}
        {isDone && <span className="cam-hidden">{configuration.firstSteps.done}</span>}
      </span>
      <div>
        <div className={styles.name}>{name}</div>
        <div className={styles.text}>{text}</div>
        {children !== undefined && <div className={styles.actions}>{children}</div>}
      </div>
    </li>
  );
}
