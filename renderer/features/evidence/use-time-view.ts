import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { moved, showing, type TimeView, zoomed } from '../../model/time-line.ts';

/** The part of time in view, and how it is changed. */
export interface TimeViewControl {
  readonly view: TimeView;
  readonly set: (view: TimeView) => void;
  /** Around a place; without one around the middle. */
  readonly zoom: (factor: number, around?: number) => void;
  /** By a share of the view. */
  readonly move: (share: number) => void;
  readonly show: (at: number) => void;
  readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
}

/** Keeps a view within `most`; the wheel zooms around the pointer, dragging moves. `plot` is what time is drawn on. */
export function useTimeView(first: TimeView, most: TimeView, plot: RefObject<HTMLElement | null>): TimeViewControl {
  const [view, setView] = useState(first);
  const latest = useRef({ view, most });
  useEffect(() => {
    latest.current = { view, most };
  });
  useEffect(() => {
    // React listens to the wheel passively, and then the page would scroll as well.
    const frame = plot.current?.parentElement;
    if (frame === null || frame === undefined) return undefined;
    const onWheel = (event: WheelEvent): void => {
      const box = plot.current?.getBoundingClientRect();
      if (event.ctrlKey || box === undefined || event.clientX < box.left || event.deltaY === 0) return;
      event.preventDefault();
      const share = box.width === 0 ? 0.5 : (event.clientX - box.left) / box.width;
      setView((now) => zoomed(now, event.deltaY > 0 ? 1.25 : 0.8, now.from + share * (now.to - now.from), latest.current.most));
    };
    frame.addEventListener('wheel', onWheel, { passive: false });
    return () => frame.removeEventListener('wheel', onWheel);
  }, [plot]);
  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    if (event.button !== 0) return;
    const element = event.currentTarget;
    const start = { x: event.clientX, view, width: Math.max(1, element.clientWidth) };
    element.setPointerCapture(event.pointerId);
    const onMove = (move: globalThis.PointerEvent): void => setView(moved(start.view, (start.x - move.clientX) / start.width, most));
    const onUp = (): void => {
      element.removeEventListener('pointermove', onMove);
      element.removeEventListener('pointerup', onUp);
      element.removeEventListener('pointercancel', onUp);
    };
    element.addEventListener('pointermove', onMove);
    element.addEventListener('pointerup', onUp);
    element.addEventListener('pointercancel', onUp);
  };
  return {
    view,
    set: setView,
    zoom: (factor, around = (view.from + view.to) / 2) => setView(zoomed(view, factor, around, most)),
    move: (share) => setView(moved(view, share, most)),
    show: (at) => setView(showing(view, at, most)),
    onPointerDown,
  };
}
