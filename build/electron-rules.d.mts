import type { Linter } from 'eslint';

/** Blocks for the linter's configuration; later ones win in their files. */
export const electronRules: readonly Linter.Config[];
