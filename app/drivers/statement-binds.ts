/** The values of a statement's bind variables, whatever the driver calls them. */
import { CamError, failure } from '../model/failure.ts';
import type { SingleBind, Statement } from './driver.ts';

/** The values that a bind variable stands for: one, or those of a list. @throws CamError `sql.binds` where there is none */
export function singleBinds(statement: Statement, name: string): readonly SingleBind[] {
  const bind = statement.binds[name];
  if (bind === undefined) throw new CamError(failure('sql.binds', { message: `The bind variable :${name} has no value.` }));
  if (bind.kind !== 'list') return [bind];
  if (bind.values.length === 0) throw new CamError(failure('sql.binds', { message: `The list :${name} has no value.` }));
  return bind.values;
}

/** Names of parameters for the values of a list, none of which is the name of a bind variable. */
export function parameterNames(bindNames: readonly string[], list: string, count: number): readonly string[] {
  let prefix = `v${String(bindNames.indexOf(list))}`;
  while (bindNames.some((name) => name.startsWith(`${prefix}_`))) prefix += 'v';
  return Array.from({ length: count }, (_, index) => `${prefix}_${String(index + 1)}`);
}
