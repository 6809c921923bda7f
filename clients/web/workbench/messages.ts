export const words = {
  zh: {app: {title: '工作台'}},
  en: {app: {title: 'Workbench'}},
};
