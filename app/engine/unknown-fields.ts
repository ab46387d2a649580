/** Fields that a rule looks at and that rows do not have: to the rule they have no value there, and a misspelt name finds nobody. */
import type { UnknownFields } from '../model/rule-trial.ts';
import { fieldsOfTest } from '../rules/test-fields.ts';
import type { AttachedSource } from './attached-source.ts';
import { fieldsOf } from './rule-hits.ts';
import { detectionsOf, isExpired, type RunRule } from './run-rule.ts';

/** By source, in the order of the sources; one that was not asked, because its list was empty, has no columns and lacks none. */
export function unknownFields(run: RunRule, answered: readonly AttachedSource[]): readonly UnknownFields[] {
  const lookedAt = looksOf(run);
  return answered.flatMap(({ input: { source, columns } }) => {
    if (columns.length === 0) return [];
    const known = new Set(['user_id', ...columns.map(({ name }) => name.toLowerCase())]);
    const asked = lookedAt.flatMap(({ sources, fields }) => (sources.includes(source) ? fields : []));
    const fields = [...new Set(asked)].filter((name) => !known.has(name.toLowerCase()));
    return fields.length === 0 ? [] : [{ source, fields }];
  });
}

interface Look {
  readonly sources: readonly string[];
  readonly fields: readonly string[];
}

/** What every detection of the rule, and every filter that still works on one, looks at. */
function looksOf(run: RunRule): readonly Look[] {
  return detectionsOf(run, run.rule).flatMap((detection) => {
    const sources = run.sourcesOf(detection.logsource);
    const filters = run.set.filters.filter((filter) => filter.rules.includes(detection.key) && !isExpired(filter, run.today));
    return [
      { sources, fields: [...fieldsOfTest(detection.test), ...fieldsOf(run, detection)] },
      ...filters.map(({ logsource, test }) => {
        const about = run.sourcesOf(logsource);
        return { sources: sources.filter((id) => about.includes(id)), fields: fieldsOfTest(test) };
      }),
    ];
  });
}
