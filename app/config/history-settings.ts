/** What is kept, as checked values: the history, and results of runs. */
import { dirname, join } from 'node:path';
import type * as z from 'zod';
import type { HistorySettings, ResultSettings } from '../model/database.ts';
import { expandPath, isForeignPath } from './file-path.ts';
import type { historySection, resultsSection } from './history-schema.ts';
import type { YamlSource } from './yaml-source.ts';

type RawHistory = NonNullable<z.output<typeof historySection>>;
type RawResults = NonNullable<z.output<typeof resultsSection>>;

interface Around {
  readonly homeDir: string;
  readonly dataDir: string;
}

/** The section `history` with its defaults; a path of another system is reported to `source`. */
export function historySettingsOf(source: YamlSource, raw: RawHistory, around: Around): HistorySettings {
  const { url, password_env: passwordEnv, directory } = raw;
  return {
    directory: directoryOf(source, 'history', directory, around),
    ...(typeof url === 'string' ? { url } : {}),
    ...(typeof passwordEnv === 'string' ? { passwordEnv } : {}),
    ...retentionOf(raw.retention ?? {}),
  };
}

function retentionOf(raw: NonNullable<RawHistory['retention']>): Pick<HistorySettings, 'retention'> {
  const { execution_days: executionDays, run_days: runDays } = raw;
  if (typeof runDays !== 'number' && Object.keys(executionDays ?? {}).length === 0) return {};
  return { retention: { executionDays: executionDays ?? {}, ...(typeof runDays === 'number' ? { runDays } : {}) } };
}

/** The section `results` with its defaults; a path of another system is reported to `source`. */
export function resultSettingsOf(source: YamlSource, raw: RawResults, around: Around): ResultSettings {
  return {
    directory: directoryOf(source, 'results', raw.directory, around),
    mostRuns: raw.keep_runs ?? 20,
    mostDays: raw.keep_days ?? 30,
    mostBytes: (raw.keep_gb ?? 20) * 1_000_000_000,
  };
}

function directoryOf(source: YamlSource, section: 'history' | 'results', directory: string | null | undefined, around: Around): string {
  if (typeof directory !== 'string') return join(around.dataDir, section);
  if (isForeignPath(directory))
    source.report([section, 'directory'], 'This is a Windows path, and this machine is not Windows.', 'Write a path of this machine.');
  return expandPath(directory, dirname(source.file), around.homeDir);
}
