import type { Failure } from '../../app/model/failure.ts';
import type { ExportedFile } from '../../app/model/report.ts';

/** Something the analyst is told in passing, beside what is shown where it belongs. */
export type Notice =
  | { readonly kind: 'exported'; readonly file: ExportedFile }
  | { readonly kind: 'export-cancelled' }
  | { readonly kind: 'copied'; readonly what: 'cells' | 'path' | 'note' | 'mail' | 'text'; readonly count?: number }
  | { readonly kind: 'too-many-cells'; readonly limit: number }
  | { readonly kind: 'settings-saved' }
  | { readonly kind: 'configuration-reloaded'; readonly problems: number }
  | { readonly kind: 'failed'; readonly failure: Failure };
