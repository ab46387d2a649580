import { type ReactNode, useMemo } from 'react';
import type { DayOfHistory } from '../../../../app/model/history-figures.ts';
import { type ChartDay, chartDays } from '../../../model/history-days.ts';
import { formatCount } from '../../../model/numbers.ts';
import type { Texts } from '../../../texts/texts.ts';
import { useTexts, useWindow } from '../../../store/window-context.tsx';
import { AnsweredCard } from './answered-card.tsx';
import { ChartCard } from './chart-card.tsx';
import { type ChartLook, type ChartOptions, commonOptions } from './chart-look.ts';
import type { FigureColumn } from './figure-table.tsx';
import { useFigures, useFigureScope } from './use-figures.ts';

/** What happened day by day: how executions ended, the share that succeeded, rows. */
export function DailyCharts(): ReactNode {
  const { scope, days } = useFigureScope();
  const asked = useFigures('history.dailySeries', { scope, days });
  return <AnsweredCard asked={asked}>{(series) => <DailyChartsOf series={series} days={days} />}</AnsweredCard>;
}

const parts = ['success', 'partial', 'timeout', 'failed', 'cancelled'] as const;
const colours = {
  success: '--cam-completed',
  partial: '--cam-connecting',
  timeout: '--cam-unknown',
  failed: '--cam-failed',
  cancelled: '--cam-cancelled',
} as const satisfies Record<(typeof parts)[number], string>;

function DailyChartsOf({ series, days }: { readonly series: readonly DayOfHistory[]; readonly days: number }): ReactNode {
  const { historyFigures: texts } = useTexts();
  const { charts } = texts;
  const { ticker } = useWindow();
  const rows = useMemo(() => chartDays(series, days, ticker.nowMs()), [series, days, ticker]);
  const daily = useMemo(() => dailyOptions(rows, texts), [rows, texts]);
  const rowCounts = useMemo(() => rowOptions(rows, texts), [rows, texts]);
  const day: FigureColumn<ChartDay> = { label: charts.day, cell: (row) => row.day };
  const withAny = rows.filter(({ total }) => total > 0).reverse();
  return (
    <>
      <ChartCard
        title={charts.daily}
        hint={charts.dailyHint}
        nothing={texts.nothing.title}
        options={daily}
        rows={withAny}
        keyOf={(row) => row.day}
        columns={[
          day,
          ...parts.map((part) => ({ label: charts.rest[part], isFigure: true, cell: (row: ChartDay) => formatCount(row[part]) })),
          { label: charts.rate, isFigure: true, cell: (row) => texts.share(row.successRate) },
        ]}
      />
      <ChartCard
        title={charts.rows}
        hint={charts.rowsHint}
        nothing={texts.nothing.title}
        options={rowCounts}
        rows={withAny}
        keyOf={(row) => row.day}
        columns={[day, { label: texts.rows, isFigure: true, cell: (row) => formatCount(row.rows) }]}
      />
    </>
  );
}

type FigureTexts = Texts['historyFigures'];

function dayAxis(rows: readonly ChartDay[], { axisText, line }: ChartLook) {
  return {
    type: 'category',
    data: rows.map(({ day }) => day.slice(5)),
    axisLabel: { ...axisText, hideOverlap: true },
    axisTick: { show: false },
    axisLine: line,
  };
}

function dailyOptions(rows: readonly ChartDay[], { charts, share }: FigureTexts): ChartOptions {
  return (look) => ({
    ...commonOptions(look, 2),
    xAxis: dayAxis(rows, look),
    yAxis: [
      { type: 'value', minInterval: 1, axisLabel: { ...look.axisText, formatter: formatCount }, splitLine: look.line },
      {
        type: 'value',
        min: 0,
        max: 1,
        axisLabel: { ...look.axisText, formatter: (value: number) => share(value) },
        splitLine: { show: false },
      },
    ],
    series: [
      ...parts.map((part) => ({
        name: charts.rest[part],
        type: 'bar',
        stack: 'all',
        barCategoryGap: '22%',
        barMaxWidth: 40,
        data: rows.map((row) => row[part]),
        itemStyle: { color: look.token(colours[part]) },
        tooltip: { valueFormatter: (value: number) => formatCount(value) },
      })),
      {
        name: charts.rate,
        type: 'line',
        yAxisIndex: 1,
        data: rows.map(({ successRate }) => successRate),
        symbol: 'circle',
        symbolSize: 4,
        showSymbol: rows.length < 40,
        lineStyle: { width: 1.5, color: look.token('--cam-text') },
        itemStyle: { color: look.token('--cam-text') },
        tooltip: { valueFormatter: (value: number | null) => share(value ?? null) },
      },
    ],
  });
}

function rowOptions(rows: readonly ChartDay[], texts: FigureTexts): ChartOptions {
  return (look) => ({
    ...commonOptions(look, 0),
    xAxis: dayAxis(rows, look),
    yAxis: { type: 'value', minInterval: 1, axisLabel: { ...look.axisText, formatter: formatCount }, splitLine: look.line },
    series: [
      {
        name: texts.rows,
        type: 'bar',
        barCategoryGap: '22%',
        barMaxWidth: 40,
        data: rows.map((row) => row.rows),
        itemStyle: { color: look.token('--cam-accent'), borderRadius: [2, 2, 0, 0] },
        tooltip: { valueFormatter: (value: number) => formatCount(value) },
      },
    ],
  });
}
