/** Remembers where the window was, in a small file. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Rectangle } from 'electron';
import * as z from 'zod';

/** Where the last window was. */
export interface WindowBoundsStore {
  /** The bounds of the last window in screen pixels; `undefined` when there was none or the file is unusable. */
  load(): Rectangle | undefined;
  /** Keeps the bounds. A file that cannot be written loses them; nothing else depends on it. */
  save(bounds: Rectangle): void;
}

const pixels = z.int().min(-100_000).max(100_000);
const fileContent = z.object({ x: pixels, y: pixels, width: pixels.positive(), height: pixels.positive() });

/** A store in `file` (absolute). Written at once and in full, because a window saves its bounds while the program ends. */
export function windowBoundsFile(file: string): WindowBoundsStore {
  return {
    load: () => {
      try {
        return fileContent.parse(JSON.parse(readFileSync(file, 'utf8')));
      } catch {
        return undefined;
      }
    },
    save: ({ x, y, width, height }) => {
      try {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(`${file}.new`, JSON.stringify({ x, y, width, height }));
        renameSync(`${file}.new`, file);
      } catch {
        // Where the window opens next time is not worth a message while the program ends.
      }
    },
  };
}
