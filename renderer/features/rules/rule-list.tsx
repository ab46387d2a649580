import { Button, TextInput, UnstyledButton } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { RulesView } from '../../../app/contract/rules-methods.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import styles from './rules-page.module.css';

const goodName = /^[a-z0-9][a-z0-9_-]{0,69}\.ya?ml$/;

interface RuleListProps {
  readonly view: RulesView;
  /** Names of all files, those that are not saved among them. */
  readonly files: readonly string[];
  readonly current: string | undefined;
}

/** The files of the folder with the rules in them. */
export function RuleList({ view, files, current }: RuleListProps): ReactNode {
  const { rules: texts } = useTexts();
  const { openRuleFile } = useActions();
  const drafts = useApp((state) => state.rules.drafts);
  return (
    <nav className={styles.list} aria-label={texts.list}>
      <ul className={styles.files}>
        {files.map((file) => {
          const own = view.rules.filter((rule) => rule.file.split(/[\\/]/).at(-1) === file);
          return (
            <li key={file}>
              <UnstyledButton
                className={styles.entry ?? ''}
                aria-current={file === current ? 'true' : undefined}
                onClick={() => openRuleFile(file)}
              >
                <span className={styles.fileName}>
                  {file}
                  {Object.hasOwn(drafts, file) && <span className={styles.badge}>{texts.unsaved}</span>}
                </span>
                {own.length === 0 && <span className={styles.muted}>{texts.noRule}</span>}
                {own.map((rule) => (
                  <span key={rule.key} className={styles.rule}>
                    {rule.title}
                    {rule.key === view.defaultRule && <span className={styles.badge}>{texts.byDefault}</span>}
                    <span className={styles.muted}>
                      {texts.words(rule)}, {texts.hours(rule.timespanHours)} · {texts.tests(rule.tests)}
                    </span>
                  </span>
                ))}
              </UnstyledButton>
            </li>
          );
        })}
      </ul>
      <NewFile files={files} />
    </nav>
  );
}

function NewFile({ files }: { readonly files: readonly string[] }): ReactNode {
  const { rules: texts } = useTexts();
  const { editRuleFile, openRuleFile } = useActions();
  const [name, setName] = useState('');
  const problem = name === '' ? null : !goodName.test(name) ? texts.badName : files.includes(name) ? texts.taken : null;
  const create = (): void => {
    editRuleFile(name, texts.template(name.replace(/\.ya?ml$/, '').replaceAll('-', '_')));
    openRuleFile(name);
    setName('');
  };
  return (
    <form
      className={styles.newFile}
      onSubmit={(event) => {
        event.preventDefault();
        if (name !== '' && problem === null) create();
      }}
    >
      <TextInput
        size="xs"
        aria-label={texts.newName}
        placeholder={texts.newHint}
        value={name}
        error={problem}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" size="compact-sm" disabled={name === '' || problem !== null}>
        {texts.newFile}
      </Button>
    </form>
  );
}
