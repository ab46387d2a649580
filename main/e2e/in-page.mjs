// Functions that Playwright runs inside a page. Each stands alone: nothing outside of it goes along.

export function faintTexts() {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  /** Any CSS colour as [red, green, blue, alpha], the first three 0..255. */
  const rgba = (color) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (top, below) => [0, 1, 2].map((channel) => top[channel] * top[3] + below[channel] * (1 - top[3])).concat(1);
  const backgroundOf = (element) => {
    const layers = [];
    for (let at = element; at !== null; at = at.parentElement) {
      const layer = rgba(getComputedStyle(at).backgroundColor);
      if (layer[3] > 0) layers.push(layer);
      if (layer[3] === 1) break;
    }
    const page = matchMedia('(prefers-color-scheme: dark)').matches ? [0, 0, 0, 1] : [255, 255, 255, 1];
    return layers.reduceRight((below, layer) => over(layer, below), page);
  };
  const luminance = ([red, green, blue]) => {
    const linear = [red, green, blue].map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const contrast = (a, b) => {
    const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
  };
  const opacityOf = (element) => {
    let opacity = 1;
    for (let at = element; at !== null; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
    return opacity;
  };
  // WCAG leaves disabled controls out.
  const isInactive = (element) => element.closest(':disabled, [aria-disabled="true"], [data-disabled]') !== null;
  const faint = [];
  let looked = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.data.trim();
    if (text === '' || element === null || isInactive(element)) continue;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const style = getComputedStyle(element);
    const { width, height } = element.getBoundingClientRect();
    if (width <= 1 || height <= 1 || style.clip !== 'auto') continue;
    looked += 1;
    const background = backgroundOf(element);
    const [red, green, blue, alpha] = rgba(style.color);
    const color = over([red, green, blue, alpha * opacityOf(element)], background);
    const size = Number.parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const least = isLarge ? 3 : 4.5;
    const ratio = contrast(color, background);
    if (ratio < least) {
      const words = (value) => `rgb(${value.slice(0, 3).map(Math.round).join(' ')})`;
      faint.push({
        text: text.slice(0, 60),
        color: words(color),
        background: words(background),
        contrast: Math.round(ratio * 100) / 100,
        least,
      });
    }
  }
  return { looked, faint };
}

export function sidewaysScrollers() {
  return [...document.querySelectorAll('main *')]
    .filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth + 1)
    .filter((element) => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX))
    .filter((element) => element.closest('[role="grid"], [role="tablist"], [role="group"], .cm-editor, input, textarea') === null)
    .map(({ className }) => String(className));
}

export function edgeOver(element) {
  const style = getComputedStyle(element.parentElement, '::after');
  return style.content === 'none' ? '' : style.borderTopWidth;
}

export function marksOf(element) {
  const { outlineStyle, borderBottomColor, backgroundColor } = getComputedStyle(element);
  return `${outlineStyle} ${borderBottomColor} ${backgroundColor}`;
}

export function scrolledBy(element) {
  return element.scrollLeft;
}

export function globalNames() {
  const frame = document.createElement('iframe');
  // An empty frame of our own origin needs no loading, so no policy speaks against it.
  document.body.append(frame);
  const usual = new Set(Object.getOwnPropertyNames(frame.contentWindow));
  frame.remove();
  return Object.getOwnPropertyNames(window).filter((name) => !usual.has(name) && !/^\d+$/.test(name));
}

export async function tryForbiddenThings() {
  const stopped = [];
  const listen = (event) => stopped.push(event.effectiveDirective);
  document.addEventListener('securitypolicyviolation', listen);
  const add = (name, properties) => {
    const element = Object.assign(document.createElement(name), properties);
    document.body.append(element);
    return element;
  };
  const added = [
    add('script', { textContent: 'window.camProbe = "inline"' }),
    add('script', { src: 'https://example.com/probe.js' }),
    add('script', { src: 'data:text/javascript,window.camProbe="data"' }),
    add('img', { src: 'https://example.com/probe.png' }),
    add('iframe', { src: 'https://example.com/' }),
    add('object', { data: 'https://example.com/' }),
    add('link', { rel: 'stylesheet', href: 'https://example.com/probe.css' }),
  ];
  const handler = add('div', {});
  handler.setAttribute('onclick', 'window.camProbe = "handler"');
  handler.click();
  const form = add('form', { action: 'https://example.com/', method: 'post' });
  form.submit();
  // The text of a timer is evaluated, which the policy forbids.
  try {
    setTimeout('window.camProbe = "eval"', 0);
  } catch {
    // Forbidden at once in some versions.
  }
  try {
    new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])));
  } catch {
    // Forbidden at once in some versions.
  }
  const fetched = await fetch('https://example.com/').then(
    () => true,
    () => false,
  );
  await new Promise((resolve) => setTimeout(resolve, 300));
  for (const element of [...added, handler, form]) element.remove();
  document.removeEventListener('securitypolicyviolation', listen);
  return { stoppedBy: [...new Set(stopped)].sort(), ran: 'camProbe' in window, fetched };
}
