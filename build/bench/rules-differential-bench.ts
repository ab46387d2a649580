/** A million random histories, judged by rules as SQL and by their plain reference. */
import { compareWithReference } from '../../app/testing/rule-differential.ts';
import type { BenchRow } from './bench-row.ts';

const wanted = 1_000_000;
const histories = 1_000;
const draws = 206;

/** Draws until a million have been compared. */
export async function benchRulesDifferential(): Promise<BenchRow[]> {
  let compared = 0;
  let confirmed = 0;
  let undetermined = 0;
  const disagreements: string[] = [];
  const begin = performance.now();
  for (let seed = 1; compared < wanted; seed += 1) {
    const result = await compareWithReference({ seed: seed * 7919, histories, draws });
    compared += result.compared;
    confirmed += result.confirmed;
    undetermined += result.undetermined;
    disagreements.push(...result.disagreements);
  }
  const seconds = (performance.now() - begin) / 1000;
  if (disagreements.length > 0) process.stderr.write(`${disagreements.slice(0, 10).join('\n')}\n`);
  return [
    {
      name: `rules: SQL against the plain reference, ${compared.toLocaleString('en')} histories of every rule type`,
      value: disagreements.length,
      unit: 'disagreements',
      bar: '0',
      holds: disagreements.length === 0,
      note: `${confirmed.toLocaleString('en')} groups confirmed, ${undetermined.toLocaleString('en')} undetermined, in ${seconds.toFixed(0)} s`,
    },
  ];
}
