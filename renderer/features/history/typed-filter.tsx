import { TextInput } from '@mantine/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Icon } from '../../ui/icon.tsx';

interface TypedFilterProps {
  readonly label: string;
  readonly hint: string;
  readonly className: string;
  readonly isSearch?: boolean;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

const pauseMs = 200;

/** A text that filters once the typing pauses. */
export function TypedFilter({ label, hint, className, isSearch = false, value, onChange }: TypedFilterProps): ReactNode {
  const [typed, setTyped] = useState(value);
  const [shown, setShown] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // Changed from outside, such as by clearing all filters.
  if (value !== shown) {
    setShown(value);
    setTyped(value);
  }
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <TextInput
      className={className}
      aria-label={label}
      placeholder={hint}
      maxLength={isSearch ? 200 : 64}
      leftSection={isSearch ? <Icon name="search" size={13} /> : undefined}
      value={typed}
      onChange={(event) => {
        const next = event.currentTarget.value;
        setTyped(next);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => {
          setShown(next);
          onChange(next);
        }, pauseMs);
      }}
    />
  );
}
