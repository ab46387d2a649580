/** Looks at the processes of the system. */
import { execFileSync } from 'node:child_process';

/** Ids of all processes below this one, children of children included. Not on Windows. */
export function childProcesses(pid: number): readonly number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const parents = lines.map((line) => line.trim().split(/\s+/).map(Number)).map(([id = 0, parent = 0]) => ({ id, parent }));
  const below = (ancestor: number): number[] => parents.filter(({ parent }) => parent === ancestor).flatMap(({ id }) => [id, ...below(id)]);
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
