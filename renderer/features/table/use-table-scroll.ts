import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { clampTop, scaleOf, type ScrollGeometry, scrollOfTop, topOfScroll } from './scroll-geometry.ts';

/** What is in view, in pixels of the table. */
export interface TableView {
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

/** A scrolled table. */
export interface TableScroll {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly geometry: ScrollGeometry;
  readonly view: TableView;
  readonly onScroll: () => void;
  /** Moves the view; horizontal position unchanged where not given. */
  readonly scrollTo: (top: number, left?: number) => void;
}

// Where nothing can be measured (tests without layout) a view of common size is assumed.
const assumedView: TableView = { top: 0, left: 0, width: 1280, height: 480 };

/** Follows the scroll position of a table of so many rows, at a scale where it is very high. */
export function useTableScroll(rows: number, rowHeight: number, headerHeight: number): TableScroll {
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState(assumedView);
  const geometry: ScrollGeometry = { rows, rowHeight, headerHeight, viewport: view.height };
  const top = clampTop(geometry, view.top);
  // What the handlers below work with: they outlive the drawing that made them.
  const latest = useRef({ geometry, top });
  const ownScroll = useRef<number | null>(null);
  useEffect(() => {
    latest.current = { geometry, top };
  });

  const scrollTo = useCallback((wanted: number, left?: number) => {
    const element = scroller.current;
    const next = clampTop(latest.current.geometry, wanted);
    latest.current = { ...latest.current, top: next };
    if (element !== null) {
      element.scrollTop = scrollOfTop(latest.current.geometry, next);
      // The browser rounds; what it made of it is ours and must not be read back as the person's.
      ownScroll.current = element.scrollTop;
      if (left !== undefined) element.scrollLeft = left;
    }
    setView((before) => ({ ...before, top: next, left: left ?? before.left }));
  }, []);

  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    const isOwn = ownScroll.current !== null && Math.abs(element.scrollTop - ownScroll.current) < 1;
    if (!isOwn) {
      ownScroll.current = null;
      latest.current = { ...latest.current, top: topOfScroll(latest.current.geometry, element.scrollTop) };
    }
    const { top: next } = latest.current;
    setView((before) =>
      before.top === next && before.left === element.scrollLeft ? before : { ...before, top: next, left: element.scrollLeft },
    );
  }, []);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const stopWheel = keepWheelExact(element, () => latest.current, scrollTo);
    const stopSize = followSize(element, (width, height) => setView((before) => ({ ...before, width, height })));
    return () => {
      stopWheel();
      stopSize();
    };
  }, [scrollTo]);

  return { scroller, geometry, view: { ...view, top }, onScroll, scrollTo };
}

/** At a scale the wheel would jump over rows: there it moves the table by its own pixels instead of the scrollbar's. */
function keepWheelExact(
  element: HTMLElement,
  latest: () => { readonly geometry: ScrollGeometry; readonly top: number },
  scrollTo: (top: number) => void,
): () => void {
  const onWheel = (event: WheelEvent): void => {
    const { geometry, top } = latest();
    if (scaleOf(geometry) === 1 || event.ctrlKey || event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
    event.preventDefault();
    const unit = event.deltaMode === 0 ? 1 : event.deltaMode === 1 ? geometry.rowHeight : geometry.viewport;
    scrollTo(top + event.deltaY * unit);
  };
  element.addEventListener('wheel', onWheel, { passive: false });
  return () => element.removeEventListener('wheel', onWheel);
}

function followSize(element: HTMLElement, onSize: (width: number, height: number) => void): () => void {
  if (typeof ResizeObserver === 'undefined') return () => undefined;
  const observer = new ResizeObserver(() => {
    if (element.clientHeight > 0) onSize(element.clientWidth, element.clientHeight);
  });
  observer.observe(element);
  return () => observer.disconnect();
}
