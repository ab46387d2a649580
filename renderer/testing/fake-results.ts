/** Kept results of the fake core: none, until a test says otherwise. */
import type { MethodOutput } from '../../app/contract/methods.ts';
import { CamError, failure } from '../../app/model/failure.ts';

/** Answers the rows of the contract about kept results. */
export function fakeResultHandlers(): { readonly 'results.list': () => MethodOutput<'results.list'>; readonly 'run.open': () => never } {
  return {
    'results.list': () => [],
    'run.open': () => {
      throw new CamError(failure('not.found'));
    },
  };
}
