/** Whether a test left something running: timers, sockets, pipes, files being read, child processes. */
import { readdirSync, readFileSync } from 'node:fs';

type Counts = ReadonlyMap<string, number>;

/**
 * Remembers what is active now. The returned function waits until no more than that is active, and throws after `limitMs` with the
 * names of what is too much.
 */
export function watchLeaks(limitMs = 5000): () => Promise<void> {
  const before = activeNow();
  return async () => {
    const end = performance.now() + limitMs;
    for (;;) {
      const tooMuch = difference(before, activeNow());
      if (tooMuch.length === 0) return;
      if (performance.now() > end) throw new Error(`left running: ${tooMuch.join(', ')}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
}

/** Ids of the processes this one has started and that still live. Linux only; empty elsewhere. */
function childProcesses(): readonly number[] {
  try {
    const tasks = readdirSync('/proc/self/task');
    const ids = tasks.flatMap((task) => readFileSync(`/proc/self/task/${task}/children`, 'utf8').trim().split(/\s+/));
    return ids.filter((id) => id !== '').map(Number);
  } catch {
    return [];
  }
}

function activeNow(): Counts {
  const names = [...process.getActiveResourcesInfo(), ...childProcesses().map(() => 'child process')];
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function difference(before: Counts, now: Counts): string[] {
  return [...now].flatMap(([name, count]) => {
    const more = count - (before.get(name) ?? 0);
    return more > 0 ? [`${String(more)} × ${name}`] : [];
  });
}
