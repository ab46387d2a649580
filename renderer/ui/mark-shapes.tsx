/** Shapes that several marks have in common, drawn in 14 by 14: a meaning keeps its outline wherever it is told. */

/** A line in the mark's colour. */
export const stroke = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.5, strokeLinecap: 'round', strokeLinejoin: 'round' } as const;
/** A line on a filled shape. */
export const inner = { ...stroke, stroke: 'var(--cam-surface)' } as const;

/** It went well. */
export const disc = (
  <>
    <circle cx="7" cy="7" r="5.8" fill="currentColor" />
    <path d="M4.4 7.2l1.8 1.8 3.4-3.8" {...inner} />
  </>
);
/** A part of it. */
export const half = (
  <>
    <circle cx="7" cy="7" r="5" {...stroke} />
    <path d="M7 2a5 5 0 0 0 0 10z" fill="currentColor" />
  </>
);
/** It failed. */
export const triangle = (
  <>
    <path d="M7 1.2L13.2 12.4H0.8z" fill="currentColor" stroke="currentColor" strokeWidth={0.8} strokeLinejoin="round" />
    <path d="M7 5v3.2M7 10.2v.05" {...inner} />
  </>
);
/** It goes on. */
export const arc = (
  <>
    <circle cx="7" cy="7" r="4.8" {...stroke} strokeWidth={1.6} opacity={0.28} />
    <path d="M7 2.2A4.8 4.8 0 0 1 11.8 7" {...stroke} strokeWidth={2} />
  </>
);
