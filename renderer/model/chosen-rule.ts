/** Which rule the next run evaluates. */
import type { RuleSummary } from '../../app/model/rule.ts';
import type { AppState } from '../store/app-store.ts';

/** The chosen rule: what was picked where it is still there, else the settings' default; `null` while no rules are known. */
export function chosenRuleOf({ session, form }: Pick<AppState, 'session' | 'form'>): RuleSummary | null {
  const { rules = [], settings } = session.config ?? {};
  const find = (key: string | undefined): RuleSummary | undefined => rules.find((rule) => rule.key === key);
  return (form.rule === null ? undefined : find(form.rule)) ?? find(settings?.defaultRule) ?? null;
}

/** The window of the next run where none is typed: the settings' for the default rule, else the rule's own. */
export function usualWindowHours(state: Pick<AppState, 'session' | 'form'>): number {
  const rule = chosenRuleOf(state);
  const settings = state.session.config?.settings;
  const settingsHours = settings?.windowHours ?? 24;
  return rule === null || rule.key === settings?.defaultRule ? settingsHours : rule.timespanHours;
}
