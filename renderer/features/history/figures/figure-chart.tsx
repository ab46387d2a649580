import { useComputedColorScheme } from '@mantine/core';
import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { type ReactNode, useEffect, useRef } from 'react';
import { type ChartOptions, lookOf } from './chart-look.ts';
import styles from './figures.module.css';

interface FigureChartProps {
  readonly label: string;
  /** A new function draws anew. */
  readonly options: ChartOptions;
}

/** A chart. It takes its colours from the window's tokens, and anew when the scheme changes. */
export function FigureChart({ label, options }: FigureChartProps): ReactNode {
  const scheme = useComputedColorScheme('light');
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    echarts.use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);
    const chart = echarts.init(element, undefined, { renderer: 'svg' });
    chart.setOption(options(lookOf(getComputedStyle(element))));
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
  }, [options, scheme]);
  return <div ref={place} className={styles.chart} role="img" aria-label={label} data-scheme={scheme} />;
}
