/** The sentences of the Instant Client check: what is wrong, and the remedy. */
import { assertNever } from '../base/assert-never.ts';
import type { InstantClientReason, PreflightMessage } from '../model/preflight.ts';
import { clientLibraryName, type FolderState } from './instant-client-folder.ts';
import type { LoadOutcome } from './oracle-load.ts';
import type { LibraryKind } from './shared-library.ts';

/** One finding about the Instant Client. */
export type InstantClientFinding = PreflightMessage<InstantClientReason>;

const setting = 'instant_client_dir in the settings';

/** Why the folder alone ends the check. */
export function folderFinding(
  state: Exclude<FolderState, { kind: 'found' }>,
  folder: string,
  platform: NodeJS.Platform,
): InstantClientFinding {
  const name = clientLibraryName(platform);
  switch (state.kind) {
    case 'no-folder':
      return blocked('no-folder', `The Instant Client folder ${folder} does not exist.`, `Correct ${setting}, or ${unpack(platform)}`);
    case 'not-a-folder':
      return blocked('not-a-folder', `${folder} is not a folder.`, `Set ${setting} to the folder in which ${name} lies.`);
    case 'unreadable':
      return blocked(
        'unreadable',
        `The Instant Client folder ${folder} cannot be read (${state.code}).`,
        'Give yourself the right to read it, or unpack the Instant Client elsewhere.',
      );
    case 'no-library':
      return noLibrary(state, folder, name, platform);
    default:
      return assertNever(state);
  }
}

function noLibrary(
  state: Extract<FolderState, { kind: 'no-library' }>,
  folder: string,
  name: string,
  platform: NodeJS.Platform,
): InstantClientFinding {
  if (state.linkTo !== undefined) {
    return blocked('no-library', `${folder} has ${state.linkTo} but not ${name}.`, `Run ln -s ${state.linkTo} ${folder}/${name}.`);
  }
  if (state.elsewhere !== undefined) {
    return blocked('no-library', `${name} is not in ${folder} but in ${state.elsewhere}.`, `Set ${setting} to ${state.elsewhere}.`);
  }
  if (state.foreign !== undefined) {
    return blocked(
      'other-platform',
      `${folder} holds the Instant Client of another operating system (${state.foreign}).`,
      capital(unpack(platform)),
    );
  }
  return blocked('no-library', `There is no ${name} in ${folder}.`, `Correct ${setting}, or ${unpack(platform)}`);
}

/** What the library's header says against it; `undefined` where it suits the machine. */
export function libraryFinding(
  kind: LibraryKind | undefined,
  library: string,
  platform: NodeJS.Platform,
  architecture: string,
): InstantClientFinding | undefined {
  if (kind === undefined)
    return blocked(
      'unreadable',
      `${library} cannot be read.`,
      'Give yourself the right to read it, or unpack the Instant Client elsewhere.',
    );
  switch (kind.kind) {
    case 'empty':
      return blocked('empty-library', `${library} is empty.`, `The download or the unpacking broke off: ${unpack(platform)}`);
    case 'other':
      return blocked('not-a-library', `${library} is not a shared library.`, capital(unpack(platform)));
    case 'library':
      if (kind.platform !== platform) {
        return blocked(
          'other-platform',
          `${library} was built for ${systemName(kind.platform)}, not for ${systemName(platform)}.`,
          capital(unpack(platform)),
        );
      }
      if (kind.architectures.includes(architecture)) return undefined;
      return blocked(
        'wrong-architecture',
        `${library} was built for ${kind.architectures.join(' and ')}, but this program runs on ${architecture}.`,
        `Download the Instant Client for ${systemName(platform)} ${architecture} and unpack it in place of this one.`,
      );
    default:
      return assertNever(kind);
  }
}

/** Why loading it failed. */
export function loadFinding(
  outcome: Exclude<LoadOutcome, { kind: 'loaded' }>,
  folder: string | undefined,
  platform: NodeJS.Platform,
): InstantClientFinding {
  const where = folder ?? 'found by the system';
  switch (outcome.kind) {
    case 'timeout':
      return blocked(
        'load-timeout',
        `Loading the Instant Client ${where} took longer than ${outcome.afterMs / 1000} s and was ended.`,
        'Copy it to a local disk if it lies on a network drive, then check again.',
      );
    case 'crashed':
      return blocked(
        'load-crashed',
        `Loading the Instant Client ${where} ended the process (${outcome.how}).`,
        `Its files are damaged or do not belong together: ${unpack(platform)}`,
      );
    case 'refused':
      return refusedFinding(outcome, folder, platform);
    default:
      return assertNever(outcome);
  }
}

/** The driver's DPI-1047 carries the loader's words: `<file>: <what was wrong>`. */
function refusedFinding(
  outcome: Extract<LoadOutcome, { kind: 'refused' }>,
  folder: string | undefined,
  platform: NodeJS.Platform,
): InstantClientFinding {
  const name = clientLibraryName(platform);
  if (outcome.code === 'DPI-1072' || outcome.code === 'DPI-1050') {
    return blocked(
      'not-oracle',
      `${folder ?? 'What the system found'} is not an Oracle client that this program can use (${outcome.code}).`,
      capital(unpack(platform)),
    );
  }
  if (folder === undefined) {
    return blocked(
      'not-configured',
      'No Oracle Instant Client is configured, and the system finds none by itself.',
      `Unpack the Instant Client (Basic or Basic Light) for ${systemName(platform)} and set ${setting} to its folder.`,
    );
  }
  const missing = /"?([^\s":]+): cannot open shared object file: No such file/.exec(outcome.text)?.[1];
  if (missing !== undefined && !missing.includes(name)) {
    return blocked(
      'missing-dependency',
      `The Instant Client in ${folder} needs ${missing}, which is not on this machine.`,
      remedyForMissing(missing),
    );
  }
  const systemLibrary = /version [`']([^'`]+)' not found/.exec(outcome.text)?.[1];
  if (systemLibrary !== undefined) {
    return blocked(
      'missing-dependency',
      `The Instant Client in ${folder} needs a newer system (${systemLibrary}).`,
      'Unpack an older release of the Instant Client, such as 19 or 21.',
    );
  }
  if (platform === 'win32' && /module could not be found/i.test(outcome.text)) {
    return blocked(
      'missing-dependency',
      `The Instant Client in ${folder} needs a system library that is not on this machine.`,
      'Install the Visual C++ Redistributable that the page of the Instant Client names.',
    );
  }
  if (platform === 'darwin' && /code signature|not valid for use|library load disallowed/i.test(outcome.text)) {
    return blocked(
      'not-loadable',
      `macOS does not let the Instant Client in ${folder} be loaded.`,
      `Run xattr -dr com.apple.quarantine ${folder}.`,
    );
  }
  return blocked(
    'not-loadable',
    `The Oracle client library in ${folder} cannot be loaded (${outcome.code}).`,
    `Read the loader's words in the details, or ${unpack(platform)}`,
  );
}

function remedyForMissing(missing: string): string {
  if (missing.startsWith('libaio')) return 'Install it: apt-get install libaio1 (libaio1t64 on newer systems) or dnf install libaio.';
  if (/^lib(nnz|clntshcore|ociei|ons)/.test(missing))
    return 'It is part of the Instant Client: unpack the whole archive again, into an empty folder.';
  return 'Install the package of the system that contains it.';
}

function unpack(platform: NodeJS.Platform): string {
  return `unpack the Oracle Instant Client (Basic or Basic Light) for ${systemName(platform)} there.`;
}

function capital(sentence: string): string {
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`;
}

function systemName(platform: NodeJS.Platform): string {
  switch (platform) {
    case 'win32':
      return 'Windows';
    case 'darwin':
      return 'macOS';
    case 'linux':
      return 'Linux';
    default:
      return platform;
  }
}

function blocked(reason: InstantClientReason, message: string, action: string): InstantClientFinding {
  return { level: 'blocked', reason, message, action };
}
