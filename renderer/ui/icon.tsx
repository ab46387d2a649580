import type { ReactNode } from 'react';

/** Names of the drawn icons. */
export type IconName = keyof typeof shapes;

// Lines on a 16 × 16 grid; drawn here because nothing may be loaded from outside.
const shapes = {
  play: <path d="M4.5 2.8v10.4L13 8z" fill="currentColor" stroke="none" />,
  stop: <rect x="4" y="4" width="8" height="8" rx="1" fill="currentColor" stroke="none" />,
  run: <path d="M2 12.5V9.5M6 12.5V5.5M10 12.5V7.5M14 12.5V3.5" />,
  log: <path d="M2.5 3.5h11M2.5 6.5h7M2.5 9.5h11M2.5 12.5h5" />,
  gauge: <path d="M2.6 12.5a6 6 0 1 1 10.8 0M8 9.5l2.8-3.6M2.2 10.2h1.4M12.4 10.2h1.4" />,
  settings: (
    <>
      <path d="M2 4.5h5.2M10.8 4.5H14M2 11.5h2.2M7.8 11.5H14" />
      <circle cx="9" cy="4.5" r="1.8" />
      <circle cx="6" cy="11.5" r="1.8" />
    </>
  ),
  command: <path d="M3 5l3 3-3 3M8.5 11.5H13" />,
  calendar: (
    <>
      <rect x="2" y="3" width="12" height="11" rx="1.5" />
      <path d="M2 6.5h12M5.2 1.5v3M10.8 1.5v3" />
    </>
  ),
  chevronDown: <path d="M4 6l4 4 4-4" />,
  chevronUp: <path d="M4 10l4-4 4 4" />,
  chevronRight: <path d="M6 4l4 4-4 4" />,
  close: <path d="M4 4l8 8M12 4l-8 8" />,
  copy: (
    <>
      <rect x="5.5" y="5.5" width="8" height="8" rx="1.2" />
      <path d="M10.5 5.5v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2" />
    </>
  ),
  check: <path d="M3 8.5l3.2 3.2L13 4.8" />,
  folder: <path d="M2 12.5v-9h4.2l1.6 2H14v7z" />,
  mail: (
    <>
      <rect x="2" y="3.5" width="12" height="9" rx="1.2" />
      <path d="M2.5 4.5L8 8.8l5.5-4.3" />
    </>
  ),
  note: <path d="M3.5 2.5h9v8l-3 3h-6zM9.5 13.5v-3h3M5.8 5.5h4.4M5.8 8h4.4" />,
  download: <path d="M8 2.5v7.5M4.8 7L8 10.2 11.2 7M2.5 13.5h11" />,
  columns: (
    <>
      <rect x="2" y="3" width="12" height="10" rx="1.2" />
      <path d="M6 3v10M10 3v10" />
    </>
  ),
  filter: <path d="M2.5 3.5h11L9.5 8.5v4l-3 1.2V8.5z" />,
  dots: <path d="M3.5 8h.01M8 8h.01M12.5 8h.01" strokeWidth="2.2" />,
  up: <path d="M8 12.5v-9M4.5 7L8 3.5 11.5 7" />,
  down: <path d="M8 3.5v9M4.5 9L8 12.5 11.5 9" />,
  left: <path d="M12.5 8h-9M7 4.5L3.5 8 7 11.5" />,
  right: <path d="M3.5 8h9M9 4.5L12.5 8 9 11.5" />,
  refresh: <path d="M13 8a5 5 0 1 1-1.6-3.7M13.2 1.8v3h-3" />,
  alert: (
    <>
      <path d="M8 2.2l6.2 11.3H1.8z" />
      <path d="M8 6.5v3.2M8 11.6v.01" />
    </>
  ),
  database: (
    <>
      <ellipse cx="8" cy="4" rx="5" ry="2" />
      <path d="M3 4v8c0 1.1 2.2 2 5 2s5-.9 5-2V4M3 8c0 1.1 2.2 2 5 2s5-.9 5-2" />
    </>
  ),
  sun: (
    <>
      <circle cx="8" cy="8" r="2.8" />
      <path d="M8 1.5v1.4M8 13.1v1.4M1.5 8h1.4M13.1 8h1.4M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1" />
    </>
  ),
  moon: <path d="M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8z" />,
  system: (
    <>
      <rect x="2" y="3" width="12" height="8" rx="1.2" />
      <path d="M6 13.5h4" />
    </>
  ),
  search: (
    <>
      <circle cx="7" cy="7" r="4" />
      <path d="M10 10l3.5 3.5" />
    </>
  ),
  rules: <path d="M2.5 4l1.2 1.2L6 2.8M2.5 9l1.2 1.2L6 7.8M8.5 4.2h5M8.5 9.2h5M2.5 13.4h11" />,
  history: <path d="M2.8 8a5.2 5.2 0 1 0 1.7-3.9M2.5 2.2v2.6h2.6M8 5v3.2l2.2 1.3" />,
} as const satisfies Record<string, ReactNode>;

/** A small drawn sign; decoration only, so what it stands beside carries the name. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }): ReactNode {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
      style={{ flex: 'none' }}
    >
      {shapes[name]}
    </svg>
  );
}
