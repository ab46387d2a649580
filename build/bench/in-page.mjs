// Functions that run inside the page; the rest of the bench is checked without a browser's types.

/** Starts to count long tasks anew. The browser reports tasks of 50 ms and more. */
export function watchLongTasks() {
  globalThis.longest = 0;
  globalThis.watcher ??= new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, entry.duration);
  });
  globalThis.watcher.observe({ entryTypes: ['longtask'] });
}

/** The longest since then, in milliseconds; 0 where no task took 50 ms. */
export function longestTaskMs() {
  return globalThis.longest;
}

/** Whether the page shows this text. */
export function shows(text) {
  return document.body.textContent.includes(text);
}

/** Scrolls the largest scroll area from top to end in steps; resolves with the 95th percentile of frame times in milliseconds. */
export async function scrollThrough(steps) {
  const areas = [...document.querySelectorAll('*')].filter((element) => element.scrollHeight > element.clientHeight + 1000);
  const [area] = areas.sort((a, b) => b.scrollHeight - a.scrollHeight);
  if (area === undefined) throw new Error('there is nothing to scroll');
  const frames = [];
  let last = performance.now();
  for (let step = 1; step <= steps; step += 1) {
    area.scrollTop = ((area.scrollHeight - area.clientHeight) * step) / steps;
    for (let frame = 0; frame < 4; frame += 1) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      frames.push(performance.now() - last);
      last = performance.now();
    }
  }
  frames.sort((a, b) => a - b);
  return frames[Math.floor(frames.length * 0.95)] ?? 0;
}

/** Clicks, and resolves with the milliseconds until what is looked for is there and has been drawn. */
export async function msUntil({ click, shows: wanted }) {
  const button = document.querySelector(click);
  if (button === null) throw new Error(`there is nothing to click: ${click}`);
  const begin = performance.now();
  button.click();
  for (;;) {
    const found = document.querySelector(wanted);
    if (found !== null && (found.textContent !== '' || found.childElementCount > 0)) break;
    if (performance.now() - begin > 60_000) throw new Error(`it was not shown: ${wanted}`);
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  // The frame in which it stands is drawn when the next one begins.
  await new Promise((resolve) => requestAnimationFrame(resolve));
  return performance.now() - begin;
}
