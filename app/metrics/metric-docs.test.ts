import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { docTable, markdownTable } from '../testing/doc-table.ts';
import { metricList, type MetricRow } from './metric-list.ts';

const rows = Object.entries(metricList) as [string, MetricRow][];

/** Names as they appear in the text that Prometheus reads, with their labels. */
const exported = new Map(
  rows.flatMap(([name, { type, labels }]): [string, readonly string[]][] =>
    type === 'histogram'
      ? [
          [`${name}_bucket`, [...labels, 'le']],
          [`${name}_count`, labels],
          [`${name}_sum`, labels],
        ]
      : [[name, labels]],
  ),
);

describe('the metrics', () => {
  it.each(rows)('%s has a name and a help text as Prometheus wants them', (name, { type, help }) => {
    expect(name).toMatch(/^(cam|db_client)_[a-z_]+$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(name).not.toMatch(/milliseconds|_ms|minutes|percent|kilobytes/);
    if (type === 'histogram') expect(name).toMatch(/_seconds$/);
    expect(help).toMatch(/^[A-Z0-9].*\.$/);
  });

  it('are all documented, with type, labels and meaning', async () => {
    const page = docTable('metrics.md', 'metrics');
    const table = markdownTable(
      ['Metric', 'Type', 'Labels', 'Meaning'],
      rows.map(([name, { type, labels, help }]) => [`\`${name}\``, type, labels.map((label) => `\`${label}\``).join(', '), help]),
    );
    if (process.env.CAM_WRITE_DOCS === '1') await page.write(table);
    expect(await page.read()).toBe(table);
  });
});

interface Panel {
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly expr: string }[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string | { readonly query: string } }[] };
}

describe('the dashboard', () => {
  const dashboard = JSON.parse(readFileSync(new URL('../../docs/grafana-dashboard.json', import.meta.url), 'utf8')) as Dashboard;
  const queries = dashboard.templating.list.flatMap(({ query }) => (typeof query === 'string' ? [] : [query.query]));
  const expressions = [...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)), ...queries];

  it.each(expressions)('%s asks for metrics that there are', (expression) => {
    const names = expression.match(/\b(?:cam|db_client)_[a-z_]+/g) ?? [];
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect([...exported.keys()]).toContain(name);
  });

  it.each(expressions)('%s asks for labels that its metric has', (expression) => {
    const [name = ''] = /\b(?:cam|db_client)_[a-z_]+/.exec(expression) ?? [];
    const labels = exported.get(name) ?? [];
    const inBraces = [...expression.matchAll(/\{([^}]*)\}/g)].flatMap(([, inside = '']) => inside.match(/[a-z_]+(?=[=!])/g) ?? []);
    const grouped = [...expression.matchAll(/by \(([^)]*)\)/g)].flatMap(([, inside = '']) => inside.split(', '));
    for (const label of [...inBraces, ...grouped]) expect(labels).toContain(label);
  });

  it('shows every metric but the one that only tells the version', () => {
    const all = expressions.join('\n');
    const unseen = rows.map(([name]) => name).filter((name) => !all.includes(name));
    expect(unseen).toEqual(['cam_build_info']);
  });

  it('has panels that do not lie on one another', () => {
    for (const [place, { gridPos: a }] of dashboard.panels.entries()) {
      expect(a.x + a.w).toBeLessThanOrEqual(24);
      for (const { gridPos: b } of dashboard.panels.slice(place + 1)) {
        const isApart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
        expect(isApart).toBe(true);
      }
    }
  });
});
