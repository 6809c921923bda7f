export {en} from './messages/en';
export {zh} from './messages/zh';
