import { type ReactNode, useMemo } from 'react';
import type { ErrorPattern } from '../../../../app/model/history-figures.ts';
import { formatCount } from '../../../model/numbers.ts';
import { useTexts } from '../../../store/window-context.tsx';
import { AnsweredCard } from './answered-card.tsx';
import { ChartCard } from './chart-card.tsx';
import { type ChartOptions, commonOptions } from './chart-look.ts';
import { useFigures, useFigureScope } from './use-figures.ts';

const mostCodes = 10;

/** Errors by code, the most frequent first. */
export function ErrorChart(): ReactNode {
  const { scope, days } = useFigureScope();
  const asked = useFigures('history.errorPatterns', { scope, days, limit: mostCodes });
  return <AnsweredCard asked={asked}>{(patterns) => <ErrorChartOf patterns={patterns} />}</AnsweredCard>;
}

function ErrorChartOf({ patterns }: { readonly patterns: readonly ErrorPattern[] }): ReactNode {
  const { charts } = useTexts().historyFigures;
  const options = useMemo(() => errorOptions([...patterns].reverse(), charts.executions), [patterns, charts]);
  return (
    <ChartCard
      title={charts.errors}
      hint={charts.errorsHint}
      nothing={charts.noErrors}
      options={options}
      rows={patterns}
      keyOf={({ errorType, errorCode }) => `${errorType ?? ''} ${errorCode}`}
      columns={[
        { label: charts.code, cell: ({ errorCode }) => <span className="cam-mono">{errorCode}</span> },
        { label: charts.executions, isFigure: true, cell: ({ executions }) => formatCount(executions) },
      ]}
    />
  );
}

function errorOptions(patterns: readonly ErrorPattern[], name: string): ChartOptions {
  return (look) => ({
    ...commonOptions(look, 0),
    xAxis: {
      type: 'value',
      minInterval: 1,
      axisLabel: { ...look.axisText, formatter: formatCount, hideOverlap: true },
      splitLine: look.line,
    },
    yAxis: {
      type: 'category',
      data: patterns.map(({ errorCode }) => errorCode),
      axisLabel: { ...look.axisText, width: 150, overflow: 'truncate' },
      axisTick: { show: false },
      axisLine: look.line,
    },
    series: [
      {
        name,
        type: 'bar',
        barCategoryGap: '30%',
        barMaxWidth: 22,
        data: patterns.map(({ executions }) => executions),
        itemStyle: { color: look.token('--cam-failed'), borderRadius: [0, 2, 2, 0] },
        tooltip: { valueFormatter: (value: number) => formatCount(value) },
      },
    ],
  });
}
