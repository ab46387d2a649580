export function watchLongTasks(): void;
export function longestTaskMs(): number;
export function shows(text: string): boolean;
export function scrollThrough(steps: number): Promise<number>;
export function msUntil(input: { readonly click: string; readonly shows: string }): Promise<number>;
