/** Looks at the processes of the system. */
import { execFileSync } from 'node:child_process';

/** Ids of all processes below this one, children of children included. Not on Windows. */
export function childProcesses(pid: number): readonly number[] {
  const printed = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' });
  const all = printed
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([id, parent, command]) => ({ id: Number(id), parent: Number(parent), command }))
    // `ps` itself is one of them while it looks.
    .filter(({ command }) => command !== 'ps');
  const below = (ancestor: number): number[] => all.filter(({ parent }) => parent === ancestor).flatMap(({ id }) => [id, ...below(id)]);
  return below(pid);
}

/** Whether there is a process of this id. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
