import type { ReactNode } from 'react';

/** A full disc for a confirmed client, a half one for one of whom it is not known. */
export function VerdictShape({ verdict }: { readonly verdict: 'confirmed' | 'undetermined' }): ReactNode {
  return (
    <svg width={12} height={12} viewBox="0 0 14 14" aria-hidden="true">
      <circle cx="7" cy="7" r="5" fill={verdict === 'confirmed' ? 'currentColor' : 'none'} stroke="currentColor" strokeWidth={1.5} />
      {verdict === 'undetermined' && <path d="M7 2a5 5 0 0 0 0 10z" fill="currentColor" />}
    </svg>
  );
}
