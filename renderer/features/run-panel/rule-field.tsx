import { Select } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { chosenRuleOf } from '../../model/chosen-rule.ts';
import { windowHoursOf } from '../../model/readiness.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import styles from './run-panel.module.css';

/** What is looked for. With several rules one is chosen here; with one it is only told. */
export function RuleField(): ReactNode {
  const { run } = useTexts();
  const { setRule } = useActions();
  const rules = useApp((state) => state.session.config?.rules);
  const chosen = useApp(chosenRuleOf);
  const shown = useApp((state) => state.run.state?.plan.rule ?? null);
  const hours = useApp(windowHoursOf);
  const id = useId();
  const rule = chosen ?? shown;
  if (rule === null) return null;
  const text = run.rule(rule, hours);
  if (rules === undefined || rules.length < 2) {
    return (
      <div className={styles.rule}>
        <span className={styles.label}>{run.ruleLabel}</span>
        <span className={styles.ruleText} title={text}>
          <span className={styles.clamp}>{text}</span>
        </span>
      </div>
    );
  }
  return (
    <div className={styles.rule}>
      <div className={styles.ruleHead}>
        <label className={styles.label} htmlFor={id}>
          {run.ruleLabel}
        </label>
        <span className={styles.ruleWords}>{text}</span>
      </div>
      <Select
        id={id}
        className={styles.rulePicker ?? ''}
        data={rules.map(({ key, title }) => ({ value: key, label: title }))}
        value={rule.key}
        title={text}
        allowDeselect={false}
        searchable={rules.length > 8}
        onChange={(key) => setRule(key)}
      />
    </div>
  );
}
