// The items of a release as the composer handles them.
import {create} from '@bufbuild/protobuf';

import {Release_ItemSchema, type Release_Item as Item, type Release_Item_Action as Action} from '@/gen/hotline/knowledge/v1/resources_pb';
import {idOf} from '@/lib/formats';

// Pinned to the state that was looked at: an entry that changes meanwhile is not released by accident.
export function itemFor(action: Action, target: string, targetEtag: string): Item {
  return create(Release_ItemSchema, {action, target, targetEtag});
}

export function withoutItem(items: readonly Item[], target: string): Item[] {
  return items.filter((item) => item.target !== target);
}

export function itemName(item: Item): string {
  return item.fact?.displayName || item.policy?.title || item.synonymSet?.words.join('、') || idOf(item.target);
}
