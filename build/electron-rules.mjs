// Who may speak to Electron, and how, as rules of the linter. What is written here holds for the program, not for its tests.
import tseslint from 'typescript-eslint';

/** Files that only tests load. */
const testsAlone = ['**/*.test.ts', '**/*.test.tsx', '**/testing/**', 'main/e2e/**'];

const typesAlone = 'Only main/index.ts and main/preload.ts import values of Electron; everything else is given the parts that it needs.';

/** What is written in one file alone, or nowhere (`only` is empty). */
const calls = [
  {
    only: ['main/open-external.ts'],
    selectors: ["MemberExpression[property.name='openExternal']", "ObjectPattern > Property[key.name='openExternal']"],
    message: 'Addresses leave the program through main/open-external.ts alone, which knows which ones may.',
  },
  {
    only: ['main/ipc-server.ts'],
    selectors: ["MemberExpression[object.name='ipcMain']", "MemberExpression[object.property.name='ipcMain']"],
    message: 'Windows are listened to in main/ipc-server.ts alone, which looks at who asks.',
  },
  {
    only: ['main/preload.ts'],
    selectors: ["Identifier[name='ipcRenderer']", "Identifier[name='contextBridge']"],
    message: 'The doorway of the page is main/preload.ts alone.',
  },
  {
    only: [],
    selectors: [
      "JSXOpeningElement[name.name='webview']",
      "CallExpression[callee.property.name='createElement'] > Literal[value='webview']",
      "Property[key.name='webviewTag'][value.value=true]",
    ],
    message: 'There is no webview in this program.',
  },
  {
    only: [],
    selectors: [
      'Property[key.name=/^(nodeIntegration|nodeIntegrationInWorker|nodeIntegrationInSubFrames|allowRunningInsecureContent|experimentalFeatures|plugins)$/][value.value=true]',
      'Property[key.name=/^(sandbox|contextIsolation|webSecurity)$/][value.value=false]',
      "Property[key.name='enableBlinkFeatures']",
    ],
    message: 'A page of this program stays shut off from the machine.',
  },
  {
    only: [],
    selectors: ["CallExpression[callee.property.name='loadFile']"],
    message: "Pages are served by the program's own scheme, not from files.",
  },
];

/** The restrictions of syntax that hold in a file, as the linter wants them. */
const restrictionsIn = (file) => [
  'error',
  ...calls
    .filter(({ only }) => !only.includes(file))
    .flatMap(({ selectors, message }) => selectors.map((selector) => ({ selector, message }))),
];

const special = [...new Set(calls.flatMap(({ only }) => only))];

/** Blocks for the linter's configuration; later ones win in their files. */
export const electronRules = [
  {
    files: ['app/**/*.ts', 'main/**/*.ts', 'renderer/**/*.{ts,tsx}', 'build/**/*.ts'],
    ignores: testsAlone,
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [{ name: 'electron', allowTypeImports: true, message: typesAlone }],
          patterns: [{ group: ['electron/*'], message: typesAlone }],
        },
      ],
      'no-restricted-syntax': restrictionsIn(''),
    },
  },
  ...special.map((file) => ({ files: [file], rules: { 'no-restricted-syntax': restrictionsIn(file) } })),
  {
    files: ['main/index.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { paths: [{ name: 'electron', importNames: ['contextBridge', 'ipcRenderer', 'webFrame'], message: 'These are parts of a page.' }] },
      ],
    },
  },
  {
    files: ['main/preload.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [{ name: 'electron', allowImportNames: ['contextBridge', 'ipcRenderer'], message: 'A sandboxed page is given no more.' }],
        },
      ],
    },
  },
];
