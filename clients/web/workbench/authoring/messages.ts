export {en} from './messages_en';
export {zh} from './messages_zh';
