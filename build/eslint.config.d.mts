import type { Linter } from 'eslint';

declare const configuration: readonly Linter.Config[];
export default configuration;
