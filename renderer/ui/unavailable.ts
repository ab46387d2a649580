/**
 * Properties of a button that cannot be used just now, yet keeps the focus and can be read: one that is disabled outright drops the focus
 * of whoever pressed it. What it does must be guarded by itself.
 */
export function unavailableWhen(isUnavailable: boolean): { readonly 'data-disabled'?: true; readonly 'aria-disabled'?: true } {
  return isUnavailable ? { 'data-disabled': true, 'aria-disabled': true } : {};
}
