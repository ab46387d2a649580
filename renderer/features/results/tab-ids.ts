/** Ids by which tabs and the panel below them name each other; they follow the component library's rule. */

/** The id of the tab list as a whole. */
export const tabsId = 'results';

/** The id of a tab. */
export function tabIdOf(tab: string): string {
  return `${tabsId}-tab-${tab.replace(/\s+/g, '-')}`;
}

/** The id of the panel of a tab. */
export function panelIdOf(tab: string): string {
  return `${tabsId}-panel-${tab.replace(/\s+/g, '-')}`;
}
