/** What a further start of the program does, which finds the lock taken and hands over what it was started with. */
import { realpathSync } from 'node:fs';
import { isAbsolute, relative, sep } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { DesktopArguments } from './desktop-files.ts';

/** How the program was started. */
export interface ProgramStart {
  /** The places that its command line names; absolute paths. */
  readonly given: DesktopArguments;
  /** The rest of the command line: the folder of a checkout, switches of Chromium. */
  readonly rest: readonly string[];
  /** The file that a person starts, where that is another one than the running binary: an AppImage, whose contents are gone after the end. */
  readonly program?: string | undefined;
}

/** What further starts act on. */
export interface SecondStartPorts {
  readonly start: ProgramStart;
  /** Whether the services are being closed already: a window that is opened now would go with them. */
  isClosing(): boolean;
  /** Brings a window to the front; opens one when there is none. */
  focus(): void;
  /** Says that the program is open with other files than the ones asked for. */
  tellOther(): void;
  /** Has the program started anew once it has ended. */
  relaunch(options: { readonly args: string[]; readonly execPath?: string }): void;
}

/** The ways in which a person asks for the program while it is there. */
export interface SecondStarts {
  /** Another start; `handedOver` is what it was started with, as it says itself. */
  onSecondInstance(handedOver: unknown): void;
  /** A click on the program's icon (macOS). */
  onActivate(): void;
}

/**
 * The AppImage that the running binary (`execPath`) comes from. A terminal that is an AppImage itself hands its own `APPIMAGE` and
 * `APPDIR` down to whatever it starts, so only one counts in whose unpacked folder the binary lies.
 */
export function ownAppImage(execPath: string, { APPIMAGE, APPDIR }: Readonly<Record<string, string | undefined>>): string | undefined {
  if (APPIMAGE === undefined || APPDIR === undefined || !isAbsolute(APPIMAGE) || !isAbsolute(APPDIR)) return undefined;
  const below = relative(withoutLinks(APPDIR), execPath);
  const isBeneath = below !== '' && below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below);
  return isBeneath ? APPIMAGE : undefined;
}

/** The system names the running binary without links; the folder of temporary files, in which an AppImage is unpacked, may be one. */
function withoutLinks(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

const path = z.string().min(1).max(4096).optional();
/** Another process says it, so nothing but the three places is taken from it. */
const handedOverStart = z.strictObject({ config: path, settings: path, data: path });

/**
 * Further starts come to the window that is there. While the services are closing there is none to come to: then the program starts
 * anew, once, when it has ended, with the files that were asked for first.
 */
export function createSecondStarts(ports: SecondStartPorts): SecondStarts {
  const { given, rest, program } = ports.start;
  let willStartAgain = false;
  const startAgain = (wanted: DesktopArguments): void => {
    // Every call of it would start one more program.
    if (willStartAgain) return;
    willStartAgain = true;
    ports.relaunch({ args: [...rest, ...asArguments(wanted)], ...(program === undefined ? {} : { execPath: program }) });
  };
  const come = (wanted: DesktopArguments): void => {
    if (ports.isClosing()) {
      startAgain(wanted);
      return;
    }
    ports.focus();
    if (!isDeepStrictEqual(known(wanted), known(given))) ports.tellOther();
  };
  return {
    onSecondInstance: (handedOver) => {
      const parsed = handedOverStart.safeParse(handedOver);
      come(parsed.success ? parsed.data : given);
    },
    onActivate: () => {
      come(given);
    },
  };
}

function asArguments(given: DesktopArguments): string[] {
  return Object.entries(known(given)).map(([name, value]) => `--${name}=${value}`);
}

function known({ config, settings, data }: DesktopArguments): Readonly<Record<string, string>> {
  const all = Object.entries({ config, settings, data });
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
