/** Where the settings of a folder are. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `app_settings.yaml` in the folder of `databases.yaml`, else `config/settings.yaml` below it. The latter may be absent:
 * then all defaults hold, and that is where settings are saved to.
 */
export function findSettingsFile(directory: string): string {
  const beside = join(directory, 'app_settings.yaml');
  return existsSync(beside) ? beside : join(directory, 'config', 'settings.yaml');
}
