// Who may import whom. `npm test` runs this and also asserts that modules were found at all.
const path = (...names) => `^(${names.join('|')})`;
const pure = ['app/base/', 'app/model/'];
const only = (name, from, allowed, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: path(...from), pathNot: ['\\.test\\.tsx?$', '^app/testing/', '^main/(e2e|testing)/', '^renderer/testing/'] },
  to: { pathNot: [path(...from, ...allowed), 'node_modules'], dependencyTypesNot: ['core'] },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'not-to-tests',
      severity: 'error',
      from: { pathNot: ['\\.test\\.tsx?$', '^app/testing/', '^main/e2e/', '^build/'] },
      to: { path: ['\\.test\\.tsx?$', '^app/testing/'] },
    },
    {
      name: 'pure-rooms-without-node',
      severity: 'error',
      comment: 'These rooms run in the window too, or must not touch the machine.',
      from: {
        path: path('app/base/', 'app/model/', 'app/contract/', 'app/channel/', 'app/resilience/', 'app/rules/', 'app/sqltext/'),
        pathNot: '\\.test\\.ts$',
      },
      to: { dependencyTypes: ['core'] },
    },
    { name: 'electron-only-in-main', severity: 'error', from: { pathNot: '^main/' }, to: { path: 'node_modules/electron/' } },
    {
      name: 'client-libraries-only-in-drivers-spool-engine',
      severity: 'error',
      from: { path: '^app/', pathNot: ['^app/(drivers|spool|engine|testing|history)/', '\\.test\\.ts$'] },
      to: { path: 'node_modules/(@duckdb|oracledb|pg|pg-cursor)/' },
    },
    only('base-model', pure, [], 'Plain data and pure functions.'),
    only('contract', ['app/contract/'], pure, 'All the window knows of the core.'),
    ...['channel', 'resilience', 'rules', 'sqltext'].map((room) => only(room, [`app/${room}/`], pure, '')),
    only('drivers', ['app/drivers/'], [...pure, 'app/sqltext/'], ''),
    only('spool', ['app/spool/'], [...pure, 'app/drivers/driver'], 'The file format of an attempt.'),
    only('kerberos', ['app/kerberos/'], pure, ''),
    only('worker', ['app/worker/'], [...pure, 'app/channel/', 'app/resilience/', 'app/drivers/', 'app/spool/'], ''),
    only(
      'run',
      ['app/run/'],
      [...pure, 'app/channel/', 'app/resilience/', 'app/worker/(process|protocol|supervisor)', 'app/engine/engine', 'app/rules/'],
      '',
    ),
    only(
      'engine',
      ['app/engine/'],
      [...pure, 'app/rules/', 'app/channel/', 'app/report/', 'app/spool/(values-file|disk-failure)'],
      "Exports are written in the engine's process, so rows never pass the main process.",
    ),
    only('report', ['app/report/'], [...pure, 'app/rules/'], ''),
    only('history', ['app/history/'], [...pure, 'app/channel/'], 'Told and asked by the services.'),
    only('results', ['app/results/'], [...pure, 'app/engine/engine'], 'What outlives a run.'),
    only('metrics', ['app/metrics/'], pure, 'What is counted of runs, and how it is kept and exported.'),
    only('config', ['app/config/'], [...pure, 'app/sqltext/', 'app/rules/'], ''),
    only('schedule', ['app/schedule/'], [...pure, 'app/report/missing'], 'Ledger and analysis are ports.'),
    only('services', ['app/services/'], ['app/(?!hosts/|drivers/|testing/)'], ''),
    only(
      'hosts-and-main',
      ['app/hosts/', 'main/'],
      [
        ...pure,
        'app/services/',
        'app/contract/',
        'app/channel/',
        'app/worker/',
        'app/engine/engine-process',
        'app/history/history-thread',
        'app/drivers/oracle-client-probe',
        'app/config/',
        'app/report/',
        'app/metrics/',
        'app/kerberos/',
        'package.json',
      ],
      '',
    ),
    only('renderer', ['renderer/'], [...pure, 'app/contract/'], 'The window.'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^out/', '^dist/', '^coverage/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.json'],
    },
  },
};
