/** The window over the fake core, in a situation named in the address: `gallery.html?scenario=partial&page=run&tab=statistics`. */
import '@mantine/core/styles.layer.css';
import '@mantine/dates/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import '@mantine/spotlight/styles.layer.css';
import '../styles/window.css';
import { mountWindow } from '../mount.tsx';
import type { HistoryTab } from '../store/history-slice.ts';
import { type ScenarioName, scenarios } from './scenarios.ts';

const query = new URLSearchParams(location.search);
const container = document.getElementById('window');
if (container === null) throw new Error('the page has no place for the window');
const wanted = query.get('scenario') ?? 'first-start';
const name = (Object.keys(scenarios) as ScenarioName[]).find((each) => each === wanted);
if (name === undefined) throw new Error(`there is no scenario ${wanted}: ${Object.keys(scenarios).join(', ')}`);
const core = scenarios[name](() => Date.now());
const { parts } = mountWindow({ container, transport: core.transport, findStorage: () => localStorage });
const page = query.get('page');
if (page === 'log' || page === 'configuration' || page === 'history' || page === 'schedules' || page === 'rules' || page === 'status')
  parts.actions.showPage(page);
const part = query.get('part');
if (page === 'history' && part !== null) parts.store.setState((state) => ({ history: { ...state.history, tab: part as HistoryTab } }));
const opened = query.get('run');
if (opened !== null) parts.actions.showHistoryRun(opened);
const tab = query.get('tab');
if (tab !== null) parts.actions.showTab(tab);
if (query.get('log') !== null) parts.actions.toggleLog();
