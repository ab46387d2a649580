/**
 * Rule files: Sigma documents (specification 2.1.0) as a checked set of rules. The public face of this room is described in
 * docs/rules.md.
 */
import type { ConfigProblem } from '../model/database.ts';
import { checkChains } from './check-chains.ts';
import { parseCorrelation } from './parse-correlation.ts';
import { parseLogsource, parseSelections } from './parse-detection.ts';
import type { PlaceholderValues } from '../model/rule.ts';
import { parseFilter } from './parse-filter.ts';
import { headKeys, parseHead } from './parse-head.ts';
import { type IndexedRule, RuleIndex, type RuleKind } from './rule-index.ts';
import { type Findings, readDocuments, type RuleNode } from './rule-node.ts';
import type { CorrelationRule, DetectionRule, FilterRule, RuleSet } from './rule.ts';

/** A file as it was read. */
export interface RuleFile {
  /** As it is shown in problems. */
  readonly file: string;
  readonly text: string;
}

/** All rules, or everything that is wrong with them. */
export interface ParsedRules {
  /** Absent where there is any problem: a set with a part left out would give answers that look complete. */
  readonly rules?: RuleSet;
  readonly problems: readonly ConfigProblem[];
  /** Do not hinder: parts that other tools read otherwise, parts without use. */
  readonly warnings: readonly ConfigProblem[];
}

/** Reads all files together, because a rule may refer to one in another file. */
export function parseRules(files: readonly RuleFile[], placeholders: PlaceholderValues = {}): ParsedRules {
  const findings: Findings = { problems: [], warnings: [] };
  const index = new RuleIndex();
  const indexed: IndexedRule[] = [];
  for (const { file, text } of files) {
    for (const node of readDocuments(file, text, findings)) {
      const kind = kindOf(node);
      const head = kind === undefined ? undefined : parseHead(node);
      if (kind === undefined || head === undefined) continue;
      const rule = { kind, head, node };
      indexed.push(rule);
      index.add(rule);
    }
  }
  const of = (kind: RuleKind): readonly IndexedRule[] => indexed.filter((rule) => rule.kind === kind);
  const detections = present(of('detection').map((rule) => parseDetection(rule, placeholders)));
  const correlations = present(of('correlation').map((rule): CorrelationRule | undefined => parseCorrelation(rule, index)));
  const filters = present(of('filter').map((rule): FilterRule | undefined => parseFilter(rule, index, placeholders)));
  checkChains(correlations, (rule) => of('correlation').find(({ head }) => head.key === rule.key)?.node);
  const { problems, warnings } = findings;
  return problems.length > 0 ? { problems, warnings } : { rules: { detections, correlations, filters }, problems, warnings };
}

function kindOf(node: RuleNode): RuleKind | undefined {
  if (!node.isMap)
    return node.report(
      'A document must be a rule.',
      'Write title: and one of detection, correlation, filter; take --- lines without a rule out.',
    );
  const kinds = (['detection', 'correlation', 'filter'] as const).filter((kind) => node.get(kind) !== undefined);
  const [kind] = kinds;
  if (kind !== undefined && kinds.length === 1) return kind;
  return node.report(
    kinds.length === 0 ? 'It cannot be told what kind of rule this is.' : `The document is a ${kinds.join(' and a ')} at once.`,
    'Write exactly one of detection, correlation and filter in a document.',
  );
}

function parseDetection({ head, node }: IndexedRule, placeholders: PlaceholderValues): DetectionRule | undefined {
  node.refuseUnknownKeys([...headKeys, 'logsource', 'detection']);
  const logsource = parseLogsource(node);
  const section = node.get('detection');
  if (!section?.isMap) return (section ?? node).report('The detection is empty.', 'Write a selection and a condition.');
  const test = parseSelections(section, [], placeholders);
  return logsource && test && { ...head, kind: 'detection', logsource, test };
}

function present<T>(list: readonly (T | undefined)[]): readonly T[] {
  return list.flatMap((item) => (item === undefined ? [] : [item]));
}
