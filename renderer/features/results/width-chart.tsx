import { useComputedColorScheme } from '@mantine/core';
import { BarChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { type ReactNode, useEffect, useRef } from 'react';
import type { ReportStatistics } from '../../../app/model/table.ts';
import { useTexts } from '../../store/window-context.tsx';
import styles from './statistics.module.css';

/** A bar chart of the widths. It takes its colours from the window's tokens, and anew when the scheme changes. */
export function WidthChart({ histogram }: { readonly histogram: ReportStatistics['histogram'] }): ReactNode {
  const { statistics: texts } = useTexts().results;
  const scheme = useComputedColorScheme('light');
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    echarts.use([BarChart, GridComponent, TooltipComponent, SVGRenderer]);
    const chart = echarts.init(element, undefined, { renderer: 'svg' });
    chart.setOption(optionOf(histogram, texts, getComputedStyle(element)));
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
  }, [histogram, texts, scheme]);
  return <div ref={place} className={styles.chart} role="img" aria-label={texts.chart} data-scheme={scheme} />;
}

type ChartTexts = ReturnType<typeof useTexts>['results']['statistics'];

function optionOf(histogram: ReportStatistics['histogram'], texts: ChartTexts, style: CSSStyleDeclaration): echarts.EChartsCoreOption {
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const axisText = { color: token('--cam-muted'), fontSize: 11, fontFamily: style.fontFamily };
  const line = { lineStyle: { color: token('--cam-border') } };
  return {
    animation: false,
    grid: { left: 4, right: 8, top: 14, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow' },
      backgroundColor: token('--cam-raised'),
      borderColor: token('--cam-border-strong'),
      textStyle: { ...axisText, color: token('--cam-text') },
      formatter: ([bar]: readonly { readonly dataIndex: number }[]) => {
        const bin = histogram[bar?.dataIndex ?? -1];
        return bin === undefined ? '' : `${texts.bin(bin.fromHours, bin.toHours)}: ${texts.clients(bin.count)}`;
      },
    },
    xAxis: {
      type: 'category',
      data: histogram.map(({ toHours }) => texts.hours(toHours)),
      axisLabel: axisText,
      axisTick: { show: false },
      axisLine: line,
    },
    yAxis: { type: 'value', minInterval: 1, axisLabel: axisText, splitLine: line },
    series: [
      {
        type: 'bar',
        data: histogram.map(({ count }) => count),
        barCategoryGap: '18%',
        itemStyle: { color: token('--cam-accent'), borderRadius: [2, 2, 0, 0] },
      },
    ],
  };
}
