/** Says at the end of a test run which hosts were driven, and why another was not. */
import type { Reporter } from 'vitest/node';
import { whichHosts } from './which-hosts.ts';

/** A reporter that prints one line. */
export function hostsReporter(): Reporter {
  return {
    onTestRunEnd: () => {
      const { driven, notDriven } = whichHosts();
      const missing = notDriven.map(({ name, reason }) => `; not driven: ${name} (${reason})`).join('');
      process.stdout.write(`\nHosts driven: ${driven.join(', ')}${missing}\n`);
    },
  };
}
