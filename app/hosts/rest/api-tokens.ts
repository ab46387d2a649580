/**
 * Who may use the REST interface: bearer tokens made when the server starts, one that sees the records of the program's user and one
 * that sees everybody's. They lie in files that only the owner may read, because a terminal keeps what it shows, and are removed
 * when the server ends.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `own`: the records and runs of the program's user; starts and cancels runs. `auditor`: everybody's records; changes nothing. */
export type ApiRole = 'own' | 'auditor';

const roles: readonly ApiRole[] = ['own', 'auditor'];

/** The tokens of one server. */
export class ApiTokens {
  readonly #tokens: Readonly<Record<ApiRole, string>> = { own: newToken(), auditor: newToken() };

  /** The role of whoever sends this `Authorization` header; `undefined` for anybody else. How long it takes tells nothing about a token. */
  roleOf(authorization: string | undefined): ApiRole | undefined {
    const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (given === undefined) return undefined;
    const digest = digestOf(given);
    return roles.find((role) => timingSafeEqual(digest, digestOf(this.#tokens[role])));
  }

  /**
   * Writes a file for each role into the folder: the address, the token and whose records it opens.
   * Returns their paths and how they are removed.
   */
  async write(
    directory: string,
    address: { readonly url: string; readonly port: number; readonly user: string },
  ): Promise<{ readonly paths: readonly string[]; readonly remove: () => Promise<void> }> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const paths: string[] = [];
    for (const role of roles) {
      const path = join(directory, `api-${String(address.port)}-${role}.json`);
      // One that was left behind might be readable for others: a new one is made.
      await rm(path, { force: true });
      const content = { url: address.url, role, user: role === 'own' ? address.user : null, token: this.#tokens[role] };
      await writeFile(path, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
      paths.push(path);
    }
    const remove = async (): Promise<void> => {
      for (const path of paths) await rm(path, { force: true });
    };
    return { paths, remove };
  }
}

function newToken(): string {
  return randomBytes(32).toString('base64url');
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
