import { Fragment, type ReactNode } from 'react';
import type { ConfigView } from '../../../app/contract/methods.ts';
import { useTexts } from '../../store/window-context.tsx';
import styles from './configuration-page.module.css';

/** The configured databases and their queries, to see; they are edited in the file. */
export function DatabaseList({ config }: { readonly config: ConfigView }): ReactNode {
  const { configuration: texts, status } = useTexts();
  const { databases, databasesFile } = config;
  const queries = databases.reduce((sum, database) => sum + database.queries.length, 0);
  return (
    <section className={styles.card} aria-label={texts.databases}>
      <div className={styles.cardHead}>
        <h2 className={styles.cardTitle}>{texts.databases}</h2>
        <span className={styles.aside}>{texts.databasesCount(databases.length, queries)}</span>
        <span className={styles.path}>{databasesFile}</span>
      </div>
      <ul className={styles.list}>
        {databases.map((database) => (
          <li key={database.name} className={styles.database}>
            <div className={styles.databaseHead}>
              <span className={styles.databaseName}>{database.name}</span>
              <span className={styles.aside}>
                {status.drivers[database.driver]} · {texts.zoneOf(database.zone)}
              </span>
            </div>
            <div className={styles.path}>{database.endpoint}</div>
            <table className={styles.queries}>
              <thead>
                <tr>
                  <th scope="col">{texts.query}</th>
                  <th scope="col">{texts.changeType}</th>
                  <th scope="col">{texts.file}</th>
                </tr>
              </thead>
              <tbody>
                {database.queries.map((query) => (
                  <tr key={query.name}>
                    <td>{query.name}</td>
                    <td>{status.changeType(query.changeType)}</td>
                    <td className={styles.path}>{broken(query.file)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A path that may go on in the next line after a folder or a word of a name, before it does so anywhere. */
function broken(path: string): ReactNode {
  return path.split(/(?<=[/\\_])/).map((part, place) => (
    <Fragment key={place}>
      {place > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
