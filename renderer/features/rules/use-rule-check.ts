import { useEffect, useState } from 'react';
import type { RuleCheckView } from '../../../app/contract/rules-methods.ts';
import { type Failure, toFailure } from '../../../app/model/failure.ts';
import { useActions } from '../../store/window-context.tsx';

/** A pause in typing after which the text is looked at. */
const pauseMs = 300;

/** What is known of a text; of an older one while `isChecking`. */
export interface RuleCheck {
  readonly isChecking: boolean;
  readonly checked: RuleCheckView | null;
  readonly failure: Failure | null;
}

/** Has the text checked whenever nothing was typed for a moment. An answer to an older text is dropped. */
export function useRuleCheck(file: string, text: string): RuleCheck {
  const { checkRuleText } = useActions();
  const [answer, setAnswer] = useState<{
    readonly text: string;
    readonly checked: RuleCheckView | null;
    readonly failure: Failure | null;
  }>();
  useEffect(() => {
    let isOld = false;
    const timer = setTimeout(() => {
      checkRuleText(file, text).then(
        (checked) => {
          if (!isOld) setAnswer({ text, checked, failure: null });
        },
        (error: unknown) => {
          if (!isOld) setAnswer({ text, checked: null, failure: toFailure(error) });
        },
      );
    }, pauseMs);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [checkRuleText, file, text]);
  return { isChecking: answer?.text !== text, checked: answer?.checked ?? null, failure: answer?.failure ?? null };
}
