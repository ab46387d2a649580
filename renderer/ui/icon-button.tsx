import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { classNames } from './class-names.ts';
import { Icon, type IconName } from './icon.tsx';
import styles from './icon-button.module.css';

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'aria-label' | 'children'> {
  readonly ref?: Ref<HTMLButtonElement>;
  readonly icon: IconName;
  /** The name of the button, as there is no text in it. */
  readonly label: string;
  readonly iconSize?: number;
}

/** A small button with an icon: plain, because lists have many of them. */
export function IconButton({ icon, label, iconSize = 12, className, ...rest }: IconButtonProps): ReactNode {
  return (
    <button type="button" aria-label={label} className={classNames(styles.button, className)} {...rest}>
      <Icon name={icon} size={iconSize} />
    </button>
  );
}
