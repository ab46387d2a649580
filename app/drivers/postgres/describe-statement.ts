/** Has the server parse a statement without running it: its columns, and the types it gives to its parameters. */
import type { Connection, FieldDef, Submittable } from 'pg';

/** What the server makes of a statement. */
export interface StatementDescription {
  readonly fields: readonly Pick<FieldDef, 'name' | 'dataTypeID'>[];
  /** Numbers of types, by the parameter's position. */
  readonly parameterTypes: readonly number[];
}

/** A task for pg's client, which calls the `handle…` methods as the server's messages come in. */
export class DescribeStatement implements Submittable {
  /** Rejects with the server's error. */
  readonly description: Promise<StatementDescription>;
  readonly #text: string;
  #fields: StatementDescription['fields'] = [];
  #parameterTypes: readonly number[] = [];
  #resolve: (description: StatementDescription) => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;

  constructor(text: string) {
    this.#text = text;
    this.description = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Called by pg when it is this task's turn. */
  submit = (connection: Connection): void => {
    const onParameters = (message: { readonly dataTypeIDs: readonly number[] }): void => {
      this.#parameterTypes = message.dataTypeIDs;
    };
    connection.once('parameterDescription', onParameters);
    connection.once('readyForQuery', () => connection.off('parameterDescription', onParameters));
    connection.parse({ name: '', text: this.#text, types: [] }, true);
    connection.describe({ type: 'S', name: '' }, true);
    connection.sync();
  };

  /** Called by pg. */
  handleRowDescription(message: { readonly fields: StatementDescription['fields'] }): void {
    this.#fields = message.fields;
  }

  /** Called by pg, also when the connection is lost. */
  handleError(error: Error): void {
    this.#reject(error);
  }

  /** Called by pg at the end, also after an error, which then has settled the promise already. */
  handleReadyForQuery(): void {
    this.#resolve({ fields: this.#fields, parameterTypes: this.#parameterTypes });
  }
}
