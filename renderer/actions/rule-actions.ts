import type { RuleCheckView, RuleSaveView } from '../../app/contract/rules-methods.ts';
import type { RuleTrialView } from '../../app/model/rule-trial.ts';
import { toFailure } from '../../app/model/failure.ts';
import { patch } from '../store/app-store.ts';
import type { ActionPorts } from './ports.ts';

/** What can be done on the page of rules. */
export interface RuleActions {
  /** Asks for the rules again. Never throws. */
  readonly refreshRules: () => Promise<void>;
  readonly openRuleFile: (file: string) => void;
  /** Takes a text that is not saved yet; `null` goes back to the saved one. */
  readonly editRuleFile: (file: string, text: string | null) => void;
  /** @throws CamError */
  readonly checkRuleText: (file: string, text: string) => Promise<RuleCheckView>;
  /** Tries a rule of a text on the newest result. @throws CamError */
  readonly tryRuleText: (file: string, text: string, rule: string) => Promise<RuleTrialView>;
  /** Saves a text; `null` where the core did not answer. What keeps it from being saved is in the answer. */
  readonly saveRuleFile: (file: string, text: string, evenIfTestsFail: boolean) => Promise<RuleSaveView | null>;
  /** Puts a rule and all it refers to on the clipboard as one Sigma file; returns where other tools read it otherwise. */
  readonly copySigma: (rule: string) => Promise<readonly string[]>;
}

/** Makes the rule actions. */
export function createRuleActions({ client, store, copyText, notify }: ActionPorts): RuleActions {
  const editRuleFile = (file: string, text: string | null): void => {
    const { view, drafts } = store.getState().rules;
    const { [file]: _before, ...others } = drafts;
    const saved = view?.files.find(({ name }) => name === file)?.text;
    patch(store, 'rules', { drafts: text === null || text === saved ? others : { ...others, [file]: text } });
  };
  const refreshRules = async (): Promise<void> => {
    try {
      patch(store, 'rules', { view: await client.call('rules.list', {}), failure: null });
    } catch (error) {
      patch(store, 'rules', { failure: toFailure(error) });
    }
  };
  return {
    refreshRules,
    openRuleFile: (file) => patch(store, 'rules', { file }),
    editRuleFile,
    checkRuleText: (file, text) => client.call('rules.check', { file, text }),
    tryRuleText: (file, text, rule) => client.call('rules.try', { file, text, rule }),
    saveRuleFile: async (file, text, evenIfTestsFail) => {
      try {
        const saved = await client.call('rules.save', { file, text, evenIfTestsFail });
        if (saved.isSaved) {
          await refreshRules();
          editRuleFile(file, null);
        }
        return saved;
      } catch (error) {
        notify({ kind: 'failed', failure: toFailure(error) });
        return null;
      }
    },
    copySigma: async (rule) => {
      try {
        const { text, warnings } = await client.call('rules.export', { rule });
        await copyText(text);
        notify({ kind: 'copied', what: 'text' });
        return warnings;
      } catch (error) {
        notify({ kind: 'failed', failure: toFailure(error) });
        return [];
      }
    },
  };
}
