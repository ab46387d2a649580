/** Passwords for a window without a core: one database that is entered with a password. */
import type { CheckedInput } from '../../app/contract/methods.ts';
import { CamError, failure } from '../../app/model/failure.ts';
import type { SecretsView } from '../../app/model/secrets.ts';

/** The passwords. */
export class FakeSecrets {
  readonly stored = new Map<string, string>();
  readonly #refusal: string | undefined;

  /** `refusal`: why nothing can be kept here. */
  constructor(refusal: string | undefined) {
    this.#refusal = refusal;
  }

  handlers() {
    return {
      'secrets.list': () => this.#view(),
      'secrets.set': ({ database, password }: CheckedInput<'secrets.set'>) => {
        if (this.#refusal !== undefined) throw new CamError(failure('request.forbidden', { message: this.#refusal }));
        this.stored.set(database, password);
        return this.#view();
      },
      'secrets.delete': ({ database }: CheckedInput<'secrets.delete'>) => {
        this.stored.delete(database);
        return this.#view();
      },
    };
  }

  #view(): SecretsView {
    const isStored = this.stored.has('reporting_archive');
    return {
      ...(this.#refusal === undefined ? {} : { refusal: this.#refusal }),
      databases: [{ database: 'reporting_archive', user: 'cam_reader', isStored, variable: 'CAM_ARCHIVE_PASSWORD', isVariableSet: false }],
    };
  }
}
