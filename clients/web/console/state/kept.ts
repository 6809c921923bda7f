// Small things that the browser keeps: never an answer, never what a caller said.

// What is kept under `key`, if it is of the expected shape; otherwise `fallback`.
export function kept<T>(storage: Storage, key: string, fallback: T, fits: (value: unknown) => value is T): T {
  try {
    const value: unknown = JSON.parse(storage.getItem(key) ?? 'null');
    return fits(value) ? value : fallback;
  } catch {
    return fallback;
  }
}

// A full or forbidden storage costs a convenience, not the page.
export function keep(storage: Storage, key: string, value: unknown): void {
  try {
    storage.setItem(key, JSON.stringify(value));
  } catch {
    // nothing to do
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isStrings = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');
