/** Passwords as a face may know them: whether there is one, never which. */

/** How a database that is entered with a password gets it. */
export interface DatabaseSecret {
  readonly database: string;
  readonly user: string;
  /** Whether the operating system's store has a password for this user of this database; it goes before the variable. */
  readonly isStored: boolean;
  /** The environment variable that is looked at where nothing is stored. */
  readonly variable: string;
  readonly isVariableSet: boolean;
}

/** All of them. */
export interface SecretsView {
  /** Why this host cannot keep a password, one sentence; absent where it can. */
  readonly refusal?: string;
  /** One for each configured database that is entered with a password. */
  readonly databases: readonly DatabaseSecret[];
}
