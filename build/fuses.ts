/** The fuses of the packaged Electron binary: what it could do that this program never needs is switched off for good. */
import { join } from 'node:path';
import { flipFuses, type FuseConfig, FuseV1Options, FuseVersion } from '@electron/fuses';
import type { AfterPackContext } from 'electron-builder';

/** All fuses of the binary. A fuse that Electron adds later makes packaging fail until it is decided on here. */
export const fuses = {
  version: FuseVersion.V1,
  strictlyRequireAllFuses: true,
  // ELECTRON_RUN_AS_NODE would make a signed program run any script.
  [FuseV1Options.RunAsNode]: false,
  [FuseV1Options.EnableCookieEncryption]: true,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  // On Linux Electron does not check the archive; the fuse is set all the same.
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  // There is no snapshot of our own.
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  // Electron's own default: WebAssembly traps by signal handlers instead of checks.
  [FuseV1Options.WasmTrapHandlers]: true,
} as const satisfies FuseConfig;

/** Called by electron-builder when the files lie in place and before anything is signed. */
export async function afterPack(context: AfterPackContext): Promise<void> {
  await flipFuses(packagedBinary(context), fuses);
}

/** electron-builder's own way to set fuses brings an older `@electron/fuses`, which does not know all of them. */
function packagedBinary({ appOutDir, electronPlatformName, packager }: AfterPackContext): string {
  const { productFilename } = packager.appInfo;
  if (electronPlatformName === 'darwin') return join(appOutDir, `${productFilename}.app`);
  if (electronPlatformName === 'win32') return join(appOutDir, `${productFilename}.exe`);
  const { executableName } = packager as { readonly executableName?: string };
  return join(appOutDir, executableName ?? productFilename);
}
