/** What has to be right before anything is packed. */
import packageJson from '../package.json' with { type: 'json' };
import { electronProblem } from './electron-support.ts';
import { notBuilt } from './ensure-built.mjs';

/**
 * Called by electron-builder first. CAM_PACKAGE_OUTDATED_ELECTRON=1 packages an Electron that is out of support nevertheless; what was
 * built from other sources is never packed.
 * @throws Error when the pinned Electron is out of support, or when what lies in `out/` was not built from the sources as they are
 */
export function beforePack(): void {
  const outdated = electronProblem(packageJson.devDependencies.electron, Date.now());
  if (outdated !== undefined && process.env.CAM_PACKAGE_OUTDATED_ELECTRON !== '1') throw new Error(outdated);
  const stale = notBuilt();
  if (stale.length > 0) throw new Error(staleSentence(stale));
}

/** One sentence and the next step. */
export function staleSentence(stale: readonly string[]): string {
  return `What would be packed was not built from the sources as they are (${stale.join(', ')}): run "npm run pack" or "npm run dist", which build first.`;
}
