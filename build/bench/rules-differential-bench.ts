/** A million random histories, each judged by several rules as SQL and by their plain reference. */
import { compareWithReference } from '../../app/testing/rule-differential.ts';
import type { BenchRow } from './bench-row.ts';

const wanted = 1_000_000;
/** In one table; no history comes twice. */
const histories = 4_000;
/** By how many rules the histories of a table are judged; the next table goes on with the next rules. */
const draws = 4;

/** Draws histories until there have been a million. */
export async function benchRulesDifferential(): Promise<BenchRow[]> {
  let compared = 0;
  let confirmed = 0;
  let undetermined = 0;
  const disagreements: string[] = [];
  const begin = performance.now();
  const tables = wanted / histories;
  for (let table = 0; table < tables; table += 1) {
    const result = await compareWithReference({ seed: (table + 1) * 7919, histories, draws, firstRule: table * draws });
    compared += result.compared;
    confirmed += result.confirmed;
    undetermined += result.undetermined;
    disagreements.push(...result.disagreements);
  }
  const seconds = (performance.now() - begin) / 1000;
  if (disagreements.length > 0) process.stderr.write(`${disagreements.slice(0, 10).join('\n')}\n`);
  const counted = (number: number) => number.toLocaleString('en');
  return [
    {
      name: `rules: SQL against the plain reference, ${counted(tables * histories)} histories, every rule`,
      value: disagreements.length,
      unit: 'disagreements',
      bar: '0',
      holds: disagreements.length === 0,
      note: `${counted(compared)} judgements: ${counted(confirmed)} groups confirmed, ${counted(undetermined)} undetermined, in ${seconds.toFixed(0)} s`,
    },
  ];
}
