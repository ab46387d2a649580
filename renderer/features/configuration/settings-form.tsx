import { Button, Select, TagsInput, TextInput } from '@mantine/core';
import { type SubmitEvent, type ReactNode, useMemo, useState } from 'react';
import type { Settings } from '../../../app/model/database.ts';
import type { Failure } from '../../../app/model/failure.ts';
import { useActions, useTexts } from '../../store/window-context.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import styles from './configuration-page.module.css';
import { PathField } from './path-field.tsx';
import { draftOf, isSameDraft, problemsOf, type SettingsDraft } from './settings-draft.ts';

/** The editable settings. What has been typed stays until it is saved or discarded, also when the files change meanwhile. */
export function SettingsForm({ settings }: { readonly settings: Settings }): ReactNode {
  const { configuration: texts } = useTexts();
  const { saveSettings } = useActions();
  const saved = useMemo(() => draftOf(settings), [settings]);
  const [edited, setEdited] = useState<SettingsDraft | null>(null);
  const [isSaving, setIsSaving] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const draft = edited ?? saved;
  const problems = problemsOf(draft);
  const isChanged = edited !== null && !isSameDraft(edited, saved);
  const change = (part: Partial<SettingsDraft>): void => setEdited({ ...draft, ...part });
  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setIsSaving(true);
    const refused = await saveSettings(draft);
    setIsSaving(false);
    setFailure(refused);
    if (refused === null) setEdited(null);
  };
  const path = (field: 'instantClientDir' | 'krb5Conf' | 'krb5Cache' | 'reportOutputDir', kind: 'file' | 'folder'): ReactNode => (
    <PathField
      kind={kind}
      label={texts[field]}
      hint={texts.pathHints[field]}
      value={draft[field]}
      error={problems[field] === undefined ? undefined : texts.fieldInvalid.path}
      onChange={(value) => change({ [field]: value })}
    />
  );
  return (
    <form onSubmit={(event) => void save(event)}>
      <div className={styles.cardBody}>
        <h3 className={styles.group}>{texts.person}</h3>
        <TextInput
          label={texts.sid}
          description={texts.sidHint}
          value={draft.sid}
          error={problems.sid === undefined ? undefined : texts.fieldInvalid.sid}
          onChange={(event) => change({ sid: event.currentTarget.value })}
        />
        <Select
          label={texts.zone}
          description={texts.zoneHint}
          searchable
          limit={200}
          data={zones(draft.zone)}
          value={draft.zone}
          error={problems.zone === undefined ? undefined : texts.fieldInvalid.zone}
          onChange={(zone) => zone !== null && change({ zone })}
        />
        <TagsInput
          label={texts.recipients}
          description={texts.recipientsHint}
          value={draft.emailRecipients}
          error={problems.emailRecipients === undefined ? undefined : texts.fieldInvalid.mail + problems.emailRecipients}
          onChange={(emailRecipients) => change({ emailRecipients })}
        />
        {path('reportOutputDir', 'folder')}
        <h3 className={styles.group}>{texts.oracle}</h3>
        {path('instantClientDir', 'folder')}
        {path('krb5Conf', 'file')}
        {path('krb5Cache', 'file')}
        {failure !== null && <FailureNote failure={failure} />}
      </div>
      <div className={styles.foot}>
        <Button type="submit" disabled={!isChanged || isSaving || Object.keys(problems).length > 0}>
          {isSaving ? texts.saving : texts.save}
        </Button>
        <Button variant="default" disabled={!isChanged || isSaving} onClick={() => setEdited(null)}>
          {texts.discard}
        </Button>
        {isChanged && <span className={styles.aside}>{texts.unsaved}</span>}
      </div>
    </form>
  );
}

/** All zones this machine knows, with the present one among them. */
function zones(present: string): string[] {
  return [...new Set([present, 'UTC', ...Intl.supportedValuesOf('timeZone')])];
}
