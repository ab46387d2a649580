/** The settings while they are edited, and what is wrong with them. */
import { type MethodInput, settingsChange } from '../../../app/contract/methods.ts';
import type { Settings } from '../../../app/model/database.ts';
import { isZone } from '../../../app/model/zoned-time.ts';

/** The editable settings, in the form in which they are saved. */
export type SettingsDraft = MethodInput<'settings.save'>;

/** The draft that stands for the settings as they are. */
export function draftOf(settings: Settings): SettingsDraft {
  return {
    instantClientDir: settings.oracleClient.instantClientDir ?? '',
    krb5Conf: settings.oracleClient.krb5Conf ?? '',
    krb5Cache: settings.oracleClient.krb5Cache ?? '',
    reportOutputDir: settings.reportOutputDir,
    emailRecipients: [...settings.emailRecipients],
    sid: settings.sid,
    zone: settings.zone,
  };
}

/** What is wrong, by field, with the same check the core makes; a recipient that is no address is named. */
export function problemsOf(draft: SettingsDraft): Partial<Record<keyof SettingsDraft, string>> {
  const problems: Partial<Record<keyof SettingsDraft, string>> = {};
  const checked = settingsChange.safeParse(draft);
  for (const issue of checked.error?.issues ?? []) {
    const field = issue.path[0] as keyof SettingsDraft;
    problems[field] = field === 'emailRecipients' ? (draft.emailRecipients[Number(issue.path[1])] ?? '') : '';
  }
  if (!isZone(draft.zone)) problems.zone = draft.zone;
  return problems;
}

/** Whether two drafts say the same. */
export function isSameDraft(a: SettingsDraft, b: SettingsDraft): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
