/** How charts of the history look: the colours of the window, from its tokens. */
import type { EChartsCoreOption } from 'echarts/core';

/** Colours and texts as options want them. */
export interface ChartLook {
  /** The value of a token such as `--cam-accent`. */
  readonly token: (name: string) => string;
  readonly axisText: { readonly color: string; readonly fontSize: number; readonly fontFamily: string };
  readonly line: { readonly lineStyle: { readonly color: string } };
}

/** Makes a chart's options in the present colours. */
export type ChartOptions = (look: ChartLook) => EChartsCoreOption;

/** The look of an element. */
export function lookOf(style: CSSStyleDeclaration): ChartLook {
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    token,
    axisText: { color: token('--cam-muted'), fontSize: 11, fontFamily: style.fontFamily },
    line: { lineStyle: { color: token('--cam-border') } },
  };
}

/** What all charts have in common; a legend with many words takes two lines in a narrow window. */
export function commonOptions({ token, axisText }: ChartLook, legendLines: 0 | 1 | 2): EChartsCoreOption {
  return {
    animation: false,
    grid: { left: 4, right: 8, top: [14, 34, 50][legendLines] ?? 14, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    ...(legendLines > 0 ? { legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 8, icon: 'roundRect', textStyle: axisText } } : {}),
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow' },
      confine: true,
      backgroundColor: token('--cam-raised'),
      borderColor: token('--cam-border-strong'),
      textStyle: { ...axisText, color: token('--cam-text') },
    },
  };
}
