/** Which hosts can be driven on this machine. */
import { installedElectron } from '../../build/electron-binary.mjs';

/** A host of the window. */
export type HostName = 'browser' | 'desktop';

/** The hosts that are driven, and those that cannot be, with the reason. */
export function whichHosts(): {
  readonly driven: readonly HostName[];
  readonly notDriven: readonly { readonly name: HostName; readonly reason: string }[];
} {
  const reason = whyNoDesktop();
  if (reason === undefined) return { driven: ['browser', 'desktop'], notDriven: [] };
  return { driven: ['browser'], notDriven: [{ name: 'desktop', reason }] };
}

function whyNoDesktop(): string | undefined {
  if (installedElectron() === undefined) return 'the Electron binary is not here';
  const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY) || Boolean(process.env.WAYLAND_DISPLAY);
  return hasDisplay ? undefined : 'there is no display';
}
