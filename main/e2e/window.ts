/** The window as a person reads it: by its words. */
import type { Locator, Page } from 'playwright';

/** How long a run of the sample may take on a slow machine before a test gives up on it. */
const patienceMs = 60_000;

/** The verdict, the first thing that is read. */
export function verdict(page: Page): Locator {
  return page.getByRole('region', { name: 'Verdict' });
}

/** A button by its whole name. */
export function button(page: Page, name: string): Locator {
  return page.getByRole('button', { name, exact: true });
}

/** Waits until the window can be used. */
export async function ready(page: Page): Promise<void> {
  await button(page, 'Run Analysis').waitFor({ timeout: patienceMs });
}

/** Waits until the verdict says this. */
export async function verdictSays(page: Page, text: RegExp | string): Promise<void> {
  await verdict(page).getByText(text).first().waitFor({ timeout: patienceMs });
}

/** Waits for a text anywhere in the window. */
export async function says(page: Page, text: RegExp | string): Promise<void> {
  await page.getByText(text).first().waitFor({ timeout: patienceMs });
}

/** Clicks Run Analysis once it can be clicked. */
export async function runAnalysis(page: Page): Promise<void> {
  await ready(page);
  await button(page, 'Run Analysis').click({ timeout: patienceMs });
}

/** Goes to one of the window's pages: `Run`, `Log`, `Configuration`. */
export async function goTo(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation').getByRole('button', { name, exact: true }).click();
}
