/** Builds what the tests drive, unless it is built already. */
import { ensureBuilt } from '../../build/ensure-built.mjs';

/** Called by vitest before the first test; exported under the name it looks for. */
export async function setup(): Promise<void> {
  await ensureBuilt('page');
  await ensureBuilt('desktop');
}
