export const words = {
  zh: {app: {title: '坐席台'}},
  en: {app: {title: 'Agent console'}},
};
