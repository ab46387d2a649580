// Who may import whom. A check that looked at nothing would always hold, so the number of modules is checked too.
import { createRequire } from 'node:module';
import { cruise } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

const rules = createRequire(import.meta.url)('./dependency-rules.cjs');
const fewestModules = 60;

const { output } = await cruise(
  ['app', 'main', 'renderer'],
  { ...rules.options, ruleSet: { forbidden: rules.forbidden }, validate: true },
  undefined,
  { tsConfig: extractTSConfig('tsconfig.json') },
);
for (const violation of output.summary.violations) process.stdout.write(`${violation.rule.name}: ${violation.from} → ${violation.to}\n`);
if (output.summary.totalCruised < fewestModules) {
  process.stdout.write(
    `only ${output.summary.totalCruised} modules were looked at, at least ${fewestModules} were expected: the check sees nothing\n`,
  );
  process.exit(1);
}
process.exit(output.summary.violations.length === 0 ? 0 : 1);
