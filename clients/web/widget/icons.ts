// Line drawings of 24 units, in the colour of the text beside them.

import {svg, type TemplateResult} from 'lit/html.js';

const drawing = (path: string): TemplateResult =>
  svg`<svg viewBox="0 0 24 24" class="icon" aria-hidden="true" focusable="false"><path d=${path}></path></svg>`;

export const CHAT = drawing('M4 5h16v11H10l-5 4v-4H4zM8 9h8M8 12h5');
export const CLOSE = drawing('M6 6l12 12M18 6L6 18');
export const SETTINGS = drawing('M4 7h9M17 7h3M15 5v4M4 17h3M11 17h9M9 15v4');
export const SEND = drawing('M4 12h14M13 6l6 6-6 6');
export const PHONE = drawing('M6 4h3l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v3a2 2 0 0 1-2 2A15 15 0 0 1 4 6a2 2 0 0 1 2-2z');
export const SPEAK = drawing('M4 10v4h3l5 4V6L7 10zM16 9a4 4 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11');
export const STOP = drawing('M7 7h10v10H7z');
export const PROOF = drawing('M6 3h9l4 4v14H6zM9 12l2 2 4-4M9 17h6');
export const FLAG = drawing('M6 21V4h11l-2 4 2 4H6');
export const UP = drawing('M7 11l4-7c2 0 2 1 2 2v4h5a2 2 0 0 1 2 2l-1 6a2 2 0 0 1-2 2H7zM7 11H4v9h3');
export const DOWN = drawing('M7 13l4 7c2 0 2-1 2-2v-4h5a2 2 0 0 0 2-2l-1-6a2 2 0 0 0-2-2H7zM7 13H4V4h3');
export const PLACE = drawing('M12 21c4-5 6-8 6-11a6 6 0 0 0-12 0c0 3 2 6 6 11zM12 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4z');
