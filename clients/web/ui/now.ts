// The present instant, for clocks on screens; all of them share one timer.
import {onMounted, onUnmounted, ref, type Ref} from 'vue';

const EVERY_MS = 15_000;
const now = ref(Date.now());
let watchers = 0;
let timer: ReturnType<typeof setInterval> | undefined;

export function useNow(): Readonly<Ref<number>> {
  onMounted(() => {
    now.value = Date.now();
    if (watchers++ === 0) timer = setInterval(() => { now.value = Date.now(); }, EVERY_MS);
  });
  onUnmounted(() => { if (--watchers === 0) clearInterval(timer); });
  return now;
}
