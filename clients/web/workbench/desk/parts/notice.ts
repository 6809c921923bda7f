// What was just done, in one line for everybody, screen readers included.
import {ref} from 'vue';

const LASTS_MS = 8_000;
let timer: ReturnType<typeof setTimeout> | undefined;

export const notice = ref('');

export function tell(text: string): void {
  clearTimeout(timer);
  notice.value = text;
  timer = setTimeout(() => { notice.value = ''; }, LASTS_MS);
}
