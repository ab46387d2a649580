import { useEffect } from 'react';
import { createInstantFormat } from '../model/instant-format.ts';
import { zoneOf } from '../model/readiness.ts';
import { distanceOf } from '../model/relative-time.ts';
import { useWindow } from '../store/window-context.tsx';

/**
 * Every `<time>` of the page says on hover how long ago it was, and the whole instant with its zone. The words are made when the
 * pointer comes, so that thousands of times on show cost nothing and none of them is out of date.
 */
export function useRelativeTimes(): void {
  const { store, texts } = useWindow();
  useEffect(() => {
    const onPointerOver = ({ target }: PointerEvent): void => {
      const element = target instanceof Element ? target.closest<HTMLTimeElement>('time[datetime]') : null;
      if (element === null) return;
      const instant = element.dateTime;
      const thenMs = Date.parse(instant);
      if (Number.isNaN(thenMs)) return;
      const format = createInstantFormat(zoneOf(store.getState()));
      const absolute = `${format.full(instant)} ${format.zone} (${format.offset(instant)})`;
      element.title = `${texts.shell.distance(distanceOf(thenMs, Date.now()))} · ${absolute}`;
    };
    document.addEventListener('pointerover', onPointerOver);
    return () => document.removeEventListener('pointerover', onPointerOver);
  }, [store, texts]);
}
