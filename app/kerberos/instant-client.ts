/**
 * Checks the Oracle Instant Client before a run: Kerberos needs it. The folder and the library's header are looked at
 * first, because the loader's own words for a wrong folder or a wrong architecture help nobody.
 */
import { open } from 'node:fs/promises';
import type { InstantClientCheck } from '../model/preflight.ts';
import { clientLibraryName, folderState } from './instant-client-folder.ts';
import { type InstantClientFinding, folderFinding, libraryFinding, loadFinding } from './instant-client-messages.ts';
import type { LoadOracleClient } from './oracle-load.ts';
import { libraryHeaderBytes, libraryKindOf, type LibraryKind } from './shared-library.ts';

/** What is checked, and for which machine. */
export interface InstantClientRequest {
  /** `instant_client_dir` of the settings; empty text counts as not set. */
  readonly folder?: string;
  readonly platform: NodeJS.Platform;
  /** By Node's name, such as `x64`. */
  readonly architecture: string;
  readonly load: LoadOracleClient;
}

/** Checks folder, library and loading, and stops at the first thing that is wrong. Never throws. */
export async function checkInstantClient(request: InstantClientRequest): Promise<InstantClientCheck> {
  const folder = request.folder === '' ? undefined : request.folder;
  if (folder === undefined) return checkLoading(request, undefined, {});
  const state = await folderState(folder, clientLibraryName(request.platform));
  if (state.kind !== 'found') return refused({ folder }, folderFinding(state, folder, request.platform));
  const named = { folder, library: state.library };
  const finding = libraryFinding(await libraryKind(state.library), state.library, request.platform, request.architecture);
  if (finding !== undefined) return refused(named, finding);
  return checkLoading(request, folder, named);
}

async function checkLoading(
  request: InstantClientRequest,
  folder: string | undefined,
  named: Pick<InstantClientCheck, 'folder' | 'library'>,
): Promise<InstantClientCheck> {
  const outcome = await request.load(folder);
  if (outcome.kind === 'loaded') return { verdict: 'ok', ...named, version: outcome.version, messages: [] };
  const detail = outcome.kind === 'refused' ? { detail: outcome.text } : {};
  return { ...refused(named, loadFinding(outcome, folder, request.platform)), ...detail };
}

function refused(named: Pick<InstantClientCheck, 'folder' | 'library'>, finding: InstantClientFinding): InstantClientCheck {
  return { verdict: 'blocked', ...named, messages: [finding] };
}

async function libraryKind(path: string): Promise<LibraryKind | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      const head = new Uint8Array(libraryHeaderBytes);
      const { bytesRead } = await file.read(head, 0, head.length, 0);
      return libraryKindOf(head.subarray(0, bytesRead));
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}
