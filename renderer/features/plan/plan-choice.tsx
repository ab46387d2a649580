import { Button, Checkbox } from '@mantine/core';
import type { ReactNode } from 'react';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import styles from './plan.module.css';

/** Which databases the next run asks, and which part of divided data. */
export function PlanChoice(): ReactNode {
  const { plan } = useTexts();
  const { chooseDatabases, choosePartition } = useActions();
  const config = useApp((state) => state.session.config);
  const chosen = useApp((state) => state.form.databases);
  const partitions = useApp((state) => state.form.partitions);
  const names = (config?.databases ?? []).map(({ name }) => name);
  const isChosen = (name: string): boolean => chosen === null || chosen.includes(name);
  const toggle = (name: string): void => {
    const next = names.filter((each) => (each === name ? !isChosen(each) : isChosen(each)));
    chooseDatabases(next.length === names.length ? null : next);
  };
  return (
    <>
      <fieldset className={styles.choice}>
        <legend className={styles.label}>{plan.databases}</legend>
        <div className={styles.choices}>
          {names.map((name) => (
            <Checkbox key={name} size="xs" label={name} checked={isChosen(name)} onChange={() => toggle(name)} />
          ))}
        </div>
        <div className={styles.buttons}>
          <Button size="compact-xs" variant="default" disabled={chosen === null} onClick={() => chooseDatabases(null)}>
            {plan.all}
          </Button>
          <Button size="compact-xs" variant="default" disabled={chosen?.length === 0} onClick={() => chooseDatabases([])}>
            {plan.none}
          </Button>
        </div>
      </fieldset>
      {(config?.partitions ?? []).map(({ key, values }) => {
        const wanted = partitions[key] ?? [];
        return (
          <fieldset key={key} className={styles.choice}>
            <legend className={styles.label}>{plan.partition(key)}</legend>
            <div className={styles.values}>
              {values.map((value) => (
                <Checkbox
                  key={value}
                  size="xs"
                  label={value}
                  checked={wanted.includes(value)}
                  onChange={() =>
                    choosePartition(key, wanted.includes(value) ? wanted.filter((each) => each !== value) : [...wanted, value])
                  }
                />
              ))}
            </div>
            {wanted.length === 0 && <div className={styles.muted}>{plan.partitionAll}</div>}
          </fieldset>
        );
      })}
    </>
  );
}
