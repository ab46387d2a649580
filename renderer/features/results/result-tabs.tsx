import { Select, Tabs } from '@mantine/core';
import { type ReactNode, useMemo } from 'react';
import { formatCount } from '../../model/numbers.ts';
import { useActions, useApp, useTexts } from '../../store/window-context.tsx';
import { classNames } from '../../ui/class-names.ts';
import { useWidth } from '../../ui/use-width.ts';
import { isIncomplete, mostSourceTabs, sourceTabsOf, widthOfTabs } from './result-tabs-of.ts';
import styles from './results.module.css';
import { tabsId } from './tab-ids.ts';

/** The tabs: flagged, undetermined, near misses, statistics, and one for the raw rows of each source, or a list where they do not fit. */
export function ResultTabs(): ReactNode {
  const { results, near } = useTexts();
  const { showTab } = useActions();
  const tab = useApp((state) => state.view.tab);
  const state = useApp((app) => app.run.state);
  const sources = useMemo(() => (state === null ? [] : sourceTabsOf(state)), [state]);
  const { ref, width } = useWidth<HTMLDivElement>();
  if (state === null) return null;
  const { merge } = state;
  const isListed = sources.length > mostSourceTabs || (width > 0 && width < widthOfTabs(sources.length));
  const count = (value: number): string => (isIncomplete(state) ? results.atLeast(value) : formatCount(value));
  return (
    <Tabs
      ref={ref}
      id={tabsId}
      value={tab}
      onChange={(value) => value !== null && showTab(value)}
      className={styles.tabs ?? ''}
      activateTabWithKeyboard={false}
    >
      <Tabs.List className={styles.list ?? ''} aria-label={results.tabList}>
        <Tabs.Tab value="confirmed" className={styles.tab ?? ''}>
          {results.tabs.confirmed}{' '}
          {merge !== undefined && (
            <span className={classNames(styles.count, merge.confirmed > 0 && styles.alert)}>{count(merge.confirmed)}</span>
          )}
        </Tabs.Tab>
        <Tabs.Tab value="undetermined" className={styles.tab ?? ''}>
          {results.tabs.undetermined} {merge !== undefined && <span className={styles.count}>{count(merge.undetermined)}</span>}
        </Tabs.Tab>
        <Tabs.Tab value="near" className={styles.tab ?? ''}>
          {near.tab}
        </Tabs.Tab>
        <Tabs.Tab value="statistics" className={styles.tab ?? ''}>
          {results.tabs.statistics}
        </Tabs.Tab>
        {!isListed && <span className={styles.divider} aria-hidden="true" />}
        {!isListed &&
          sources.map(({ key, source, changeType, query, hasRows, rows }) => (
            <Tabs.Tab key={key} value={key} className={styles.tab ?? ''} disabled={!hasRows} title={results.sourceTabHint(source, hasRows)}>
              {changeType === null ? query : results.sourceTab(results.changeType(changeType))}{' '}
              {hasRows && <span className={styles.count}>{formatCount(rows)}</span>}
            </Tabs.Tab>
          ))}
      </Tabs.List>
      {isListed && (
        <Select
          searchable
          rightSectionWidth={22}
          aria-label={results.chooseSource}
          placeholder={results.chooseSourceShort}
          value={tab.startsWith('source:') ? tab : null}
          data={sources.map(({ key, source, hasRows }) => ({ value: key, label: source, disabled: !hasRows }))}
          onChange={(value) => value !== null && showTab(value)}
          className={styles.choose ?? ''}
        />
      )}
    </Tabs>
  );
}
