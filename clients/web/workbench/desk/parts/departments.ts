// The departments as fields and lists of the desk need them.
import {computed} from 'vue';

import {departmentName, departments} from '../../ledgers';

export function useDepartments() {
  void departments.load();
  return {
    // What people call it; its id as long as the name is not known.
    called: (name: string) => name ? departmentName(name) : '',
    choices: computed(() => departments.items.value.map(({name, displayName}) => ({value: name, text: displayName}))
      .sort((a, b) => a.text.localeCompare(b.text, 'zh-CN'))),
  };
}
