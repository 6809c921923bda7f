import * as authoring from './authoring/messages';
import * as desk from './desk/messages';

export const words = {
  zh: {app: {title: '工作台'}, ...authoring.zh, ...desk.zh},
  en: {app: {title: 'Workbench'}, ...authoring.en, ...desk.en},
};
