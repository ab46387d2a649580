import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { RuleTrialView, TrialGroups } from '../../../app/model/rule-trial.ts';
import { useActions, useTexts } from '../../store/window-context.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useWork } from '../../ui/use-work.ts';
import { toSecond, useInstants } from '../history/use-instants.ts';
import styles from './rules-page.module.css';

interface RuleTrialProps {
  readonly file: string;
  readonly text: string;
  /** Keys of the rules in the text. */
  readonly rules: readonly string[];
  /** False while it is not known yet whether the text has mistakes. */
  readonly canTry: boolean;
}

/** Tries the text that is open on the newest result; what was said of another text is not shown. */
export function RuleTrial({ file, text, rules, canTry }: RuleTrialProps): ReactNode {
  const { ruleTrial: texts } = useTexts();
  const { tryRuleText } = useActions();
  const work = useWork<{ readonly text: string; readonly trial: RuleTrialView }>();
  const attempt = async (rule: string): Promise<{ text: string; trial: RuleTrialView }> => ({
    text,
    trial: await tryRuleText(file, text, rule),
  });
  return (
    <section aria-label={texts.part} aria-busy={work.isBusy}>
      <div className={styles.trialButtons}>
        {rules.map((rule) => (
          <Button
            key={rule}
            variant="default"
            size="compact-sm"
            title={texts.hint}
            disabled={!canTry || work.isBusy}
            leftSection={<Icon name="play" size={12} />}
            onClick={() => void work.start(() => attempt(rule))}
          >
            {work.isBusy ? texts.trying : rules.length === 1 ? texts.try : texts.tryRule(rule)}
          </Button>
        ))}
      </div>
      <div aria-live="polite">
        {work.failure !== null && <FailureNote failure={work.failure} />}
        {work.failure === null && work.value?.text === text && <Outcome trial={work.value.trial} />}
      </div>
    </section>
  );
}

function Outcome({ trial }: { readonly trial: RuleTrialView }): ReactNode {
  const { ruleTrial: texts, verdict } = useTexts();
  const format = useInstants();
  const { confirmed, undetermined, missing, withoutSource, unknownFields, expected } = trial;
  const span = texts.otherSpan(trial);
  const isComplete = missing.length === 0 && withoutSource.length === 0;
  return (
    <>
      <div className={styles.rule}>{texts.headline(trial)}</div>
      <span className={styles.muted}>
        {texts.on(trial, (instant) => toSecond(format, instant))} {isComplete && texts.complete(expected)}
      </span>
      {span !== null && <div className={styles.remark}>{span}</div>}
      {!(isComplete && unknownFields.length === 0) && (
        <ul className={styles.items}>
          {withoutSource.map((what) => (
            <li key={what} className={styles.remark}>
              {texts.withoutSource(what)}
            </li>
          ))}
          {unknownFields.map((unknown) => (
            <li key={`columns of ${unknown.source}`} className={styles.remark}>
              {texts.unknownFields(unknown)}
            </li>
          ))}
          {missing.map((source) => (
            <li key={source.source} className={styles.remark}>
              {verdict.missingSource(source)}: {verdict.missingReason(source)}. {source.message}
            </li>
          ))}
        </ul>
      )}
      <Groups title={texts.confirmed} groups={confirmed} />
      <Groups title={texts.undetermined} groups={undetermined} />
    </>
  );
}

function Groups({ title, groups: { count, first } }: { readonly title: string; readonly groups: TrialGroups }): ReactNode {
  const { ruleTrial: texts } = useTexts();
  if (first.length === 0) return null;
  return (
    <div>
      {title}: <span className="cam-mono">{first.join(', ')}</span> {count > first.length && texts.more(count - first.length)}
    </div>
  );
}
