import { type ReactNode, useMemo } from 'react';
import type { StatisticsGroup } from '../../../../app/model/history-figures.ts';
import { formatCount, formatSeconds } from '../../../model/numbers.ts';
import { useTexts } from '../../../store/window-context.tsx';
import { AnsweredCard } from './answered-card.tsx';
import { ChartCard } from './chart-card.tsx';
import { type ChartOptions, commonOptions } from './chart-look.ts';
import type { FigureColumn } from './figure-table.tsx';
import { useFigures, useFigureScope } from './use-figures.ts';

const percentiles = ['p50', 'p95', 'p99'] as const;
/** More would be too thin to read; the table has all. */
const mostDatabases = 12;

/** Duration percentiles, database by database. */
export function DurationChart(): ReactNode {
  const { scope, days } = useFigureScope();
  const asked = useFigures('history.groupedStatistics', { scope, days, groupBy: 'database', withPercentiles: true });
  return <AnsweredCard asked={asked}>{(groups) => <DurationChartOf groups={groups} />}</AnsweredCard>;
}

function DurationChartOf({ groups }: { readonly groups: readonly StatisticsGroup[] }): ReactNode {
  const { charts, groups: texts, durations } = useTexts().historyFigures;
  const rows = useMemo(
    () =>
      groups
        .filter(({ statistics }) => statistics.withoutTimeouts.n > 0)
        .sort((a, b) => (b.statistics.withoutTimeouts.p95 ?? 0) - (a.statistics.withoutTimeouts.p95 ?? 0)),
    [groups],
  );
  const options = useMemo(() => durationOptions(rows.slice(0, mostDatabases).reverse()), [rows]);
  const columns: readonly FigureColumn<StatisticsGroup>[] = [
    { label: texts.database, cell: ({ scope }) => scope.databaseName },
    { label: durations.columns[1] ?? '', isFigure: true, cell: ({ statistics }) => formatCount(statistics.withoutTimeouts.n) },
    ...percentiles.map((name) => ({
      label: name,
      isFigure: true,
      cell: ({ statistics }: StatisticsGroup) => formatSeconds(statistics.withoutTimeouts[name] ?? 0),
    })),
  ];
  return (
    <ChartCard
      title={charts.durations}
      hint={charts.durationsHint}
      nothing={charts.noDurations}
      options={options}
      rows={rows}
      keyOf={({ scope }) => scope.databaseName ?? ''}
      columns={columns}
    />
  );
}

function durationOptions(rows: readonly StatisticsGroup[]): ChartOptions {
  return (look) => ({
    ...commonOptions(look, 1),
    xAxis: { type: 'value', axisLabel: { ...look.axisText, formatter: formatSeconds, hideOverlap: true }, splitLine: look.line },
    yAxis: {
      type: 'category',
      data: rows.map(({ scope }) => scope.databaseName),
      axisLabel: { ...look.axisText, width: 150, overflow: 'truncate' },
      axisTick: { show: false },
      axisLine: look.line,
    },
    series: percentiles.map((name, index) => ({
      name,
      type: 'bar',
      barGap: '8%',
      barCategoryGap: '28%',
      barMaxWidth: 22,
      data: rows.map(({ statistics }) => statistics.withoutTimeouts[name]),
      itemStyle: { color: look.token('--cam-accent'), opacity: [1, 0.66, 0.36][index] ?? 1 },
      tooltip: { valueFormatter: (value: number) => formatSeconds(value) },
    })),
  });
}
