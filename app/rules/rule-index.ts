/** Names and ids of all documents, so that one can refer to another before it has been read. */
import type { RuleNode } from './rule-node.ts';
import type { RuleHead } from './rule.ts';

/** What a document is, told by the key it carries. */
export type RuleKind = 'detection' | 'correlation' | 'filter';

/** A document with its head. */
export interface IndexedRule {
  readonly kind: RuleKind;
  readonly head: RuleHead;
  readonly node: RuleNode;
}

/** All documents by key, name and id. */
export class RuleIndex {
  readonly #rules = new Map<string, IndexedRule>();

  /** Takes a document in; reports it where its name or id is another's already. */
  add(rule: IndexedRule): void {
    const { head, node } = rule;
    const names = [...new Set([head.key, head.name, head.id])].filter((name) => name !== undefined);
    for (const name of names) {
      const other = this.#rules.get(name);
      if (other === undefined) {
        this.#rules.set(name, rule);
        continue;
      }
      const place = `${other.head.file}, line ${String(other.head.line)}`;
      const at = name === head.name ? node.get('name') : name === head.id ? node.get('id') : node.get('title');
      (at ?? node).report(`Another rule is called "${name}" (${place}).`, 'Give each rule a name and an id of its own.');
    }
  }

  /** The document that a reference means; reported at `node` where there is none of such a kind. */
  find(reference: string, kinds: readonly RuleKind[], node: RuleNode): IndexedRule | undefined {
    const rule = this.#rules.get(reference);
    if (rule === undefined) return node.report(`There is no rule "${reference}".`, 'Write the name or the id of a rule.');
    if (!kinds.includes(rule.kind)) return node.report(`"${reference}" is a ${rule.kind}.`, `Name a ${kinds.join(' or a ')} here.`);
    return rule;
  }
}
