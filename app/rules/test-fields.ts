/** Which fields of an event a test looks at. */
import type { EventTest } from './rule.ts';

/** Their names as they are written, each once. */
export function fieldsOfTest(test: EventTest): readonly string[] {
  return [...new Set(fieldsIn(test))];
}

function fieldsIn(test: EventTest): readonly string[] {
  switch (test.kind) {
    case 'all':
    case 'any':
      return test.of.flatMap(fieldsIn);
    case 'not':
      return fieldsIn(test.of);
    case 'field':
      return test.test.kind === 'field' ? [test.field, test.test.other] : [test.field];
  }
}
