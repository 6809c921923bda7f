// Filters of a list, kept in the address: a reload, the way back and a link show the same list.
import {reactive, watch} from 'vue';
import {useRoute, useRouter} from 'vue-router';

export function useFilters<Filters extends Record<string, string>>(empty: Filters, changed: () => void): Filters {
  const route = useRoute();
  const router = useRouter();
  const read = (key: string) => typeof route.query[key] === 'string' ? route.query[key] : empty[key]!;
  const filters = reactive(Object.fromEntries(Object.keys(empty).map((key) => [key, read(key)]))) as Filters;
  watch(filters, () => {
    const query = Object.fromEntries(Object.entries(filters).filter(([key, value]) => value !== empty[key]));
    void router.replace({query});
    changed();
  });
  return filters;
}
