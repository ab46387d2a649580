/** The settings of the history as a checked value. */
import { dirname, join } from 'node:path';
import type * as z from 'zod';
import type { HistorySettings } from '../model/database.ts';
import { expandPath, isForeignPath } from './file-path.ts';
import type { historySection } from './history-schema.ts';
import type { YamlSource } from './yaml-source.ts';

type RawHistory = NonNullable<z.output<typeof historySection>>;

/** The section with its defaults; a path of another system is reported to `source`. */
export function historySettingsOf(
  source: YamlSource,
  raw: RawHistory,
  around: { readonly homeDir: string; readonly dataDir: string },
): HistorySettings {
  const { url, password_env: passwordEnv, directory } = raw;
  if (typeof directory === 'string' && isForeignPath(directory))
    source.report(['history', 'directory'], 'This is a Windows path, and this machine is not Windows.', 'Write a path of this machine.');
  return {
    directory:
      typeof directory === 'string' ? expandPath(directory, dirname(source.file), around.homeDir) : join(around.dataDir, 'history'),
    ...(typeof url === 'string' ? { url } : {}),
    ...(typeof passwordEnv === 'string' ? { passwordEnv } : {}),
  };
}
