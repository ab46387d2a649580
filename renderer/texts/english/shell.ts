import type { Announcement } from '../../model/announcements.ts';
import type { Distance } from '../../model/relative-time.ts';
import { plural } from './plural.ts';
import { runTexts } from './run.ts';
import { statusTexts } from './status.ts';

/** Frame of the window: rail, banners, palette, what is announced. */
export const shellTexts = {
  /** How far a time is from now. */
  distance: (distance: Distance | null) => {
    if (distance === null) return 'now';
    const length = 'days' in distance.length ? plural(distance.length.days, 'day') : distance.length.words;
    return distance.isPast ? `${length} ago` : `in ${length}`;
  },
  product: 'Client Activity Monitor',
  pages: {
    run: 'Run',
    history: 'History',
    schedules: 'Schedules',
    rules: 'Rules',
    status: 'Status',
    log: 'Log',
    configuration: 'Configuration',
  },
  navigation: 'Pages',
  panes: {
    header: 'Analysis',
    status: 'Database status',
    results: 'Results',
    history: 'History',
    figures: 'Figures',
    schedules: 'Schedules',
    rules: 'Rules',
    log: 'Log',
    configuration: 'Configuration',
  },
  loading: 'Loading…',
  notLoaded: 'The window could not be filled.',
  tryAgain: 'Try again',
  /** A part that could not be drawn. */
  brokenPart: {
    message: (part: string) => `${part}: this part of the window could not be drawn.`,
    action:
      'Try again. The rest of the window works on, and so does the analysis. If it stays so, send the log to whoever maintains this program.',
  },
  /** Names of parts that are no pane of their own. */
  parts: {
    window: 'The window',
    banners: 'Notes at the top',
    notices: 'Notices',
    announcer: 'Announcements for screen readers',
    verdict: 'Verdict',
    changes: 'What has changed',
    tables: 'Tables and figures',
    evidence: 'Evidence of the client',
    mail: 'E-mail draft',
    plan: 'Plan',
    chart: 'Chart',
    runDetail: 'Details of the run',
    interval: 'Details of the interval',
    ruleFile: 'Rule file',
  },
  connectionLost: 'The program does not answer. What is shown may be old; trying to reach it again…',
  sampleBadge: 'Sample data',
  sampleBanner: 'The clients and changes shown are invented.',
  sampleAction: 'Use your own databases',
  commands: 'Commands',
  commandSearch: 'Type a command…',
  noCommand: 'No command of that name.',
  scheme: {
    names: { auto: 'Colours', light: 'Light', dark: 'Dark' },
    auto: 'Colours: as the system',
    light: 'Colours: light',
    dark: 'Colours: dark',
  },
  palette: {
    analysis: 'Analysis',
    leave: 'Report',
    go: 'Go to',
    window: 'Window',
    toggleLog: 'Show or hide the log drawer',
    reload: 'Reload the configuration',
    firstSteps: 'First steps',
  },
  copy: 'Copy',
  close: 'Close',
  details: 'Full text',
  hideDetails: 'Hide full text',
  resizePane: (pane: string) => `Resize ${pane}`,
  notices: {
    exported: 'File written',
    exportedRows: (rows: number) => plural(rows, 'row'),
    signedBy: (fingerprint: string) => `Signed by key ${fingerprint.match(/.{1,8}/g)?.join(' ') ?? fingerprint}`,
    copyPath: 'Copy path',
    showInFolder: 'Show in folder',
    copied: {
      cells: (count: number) => `${plural(count, 'cell')} copied`,
      path: () => 'Path copied',
      note: () => 'Note entry copied',
      mail: () => 'E-mail text copied',
      text: () => 'Copied',
    },
    tooManyCells: (limit: number) => `At most ${plural(limit, 'cell')} can be copied at once. Export the table instead.`,
    settingsSaved: 'Settings saved',
    reloaded: 'Configuration reloaded',
    reloadedWithProblems: (problems: number) => `Configuration reloaded: ${plural(problems, 'mistake')}`,
  },
  announce: (said: Announcement): string => {
    switch (said.kind) {
      case 'run-started':
        return `Analysis running, ${plural(said.sources, 'source')}.`;
      case 'cancelling':
        return 'Cancelling.';
      case 'source-ended':
        return `${said.query} on ${said.database}: ${statusTexts.sourceWord('failed', said.outcome)}.`;
      case 'run-ended':
        return `Analysis ended: ${runTexts.outcome[said.outcome].toLowerCase()}.`;
    }
  },
  announceMany: (count: number) => `${plural(count, 'source')} ended.`,
};
