import { useEffect, useState, useSyncExternalStore } from 'react';
import { type FetchRecords, type RecordSnapshot, RecordSource } from './record-source.ts';

/** A list that is asked for anew when `key` changes, which stands for the question and for the state of the history. */
export function useRecords<T>(
  fetch: FetchRecords<T>,
  key: string,
): { readonly source: RecordSource<T>; readonly snapshot: RecordSnapshot } {
  const [source] = useState(() => new RecordSource(fetch, key));
  useEffect(() => source.ask(fetch, key), [source, fetch, key]);
  return { source, snapshot: useSyncExternalStore(source.subscribe, source.snapshot) };
}
