import type {Words} from '@/ui/i18n';

export const en: Words = {
  app: {title: 'Agent console'},
  search: {
    label: 'Find an answer', hint: 'Question, pinyin or initials; just type, wherever you are', region: 'Region', anyRegion: 'Any region',
    category: 'Category (Alt+Y)', anyCategory: 'All categories', department: 'Department (Alt+U)', anyDepartment: 'All departments',
  },
  list: {
    label: 'Entries', found: 'Found', assist: 'Fits the conversation', favourites: 'Favourites', recent: 'Opened last', hot: 'Asked most',
    count: '{n} entries', above: ' (wider rule)', changed: 'just updated', withdrawn: 'withdrawn',
    noneTitle: 'No approved answer fits', none: 'Do not answer on your own. Try other words, or report the gap with one key.',
    start: "Type the caller's question; results come while you type.",
  },
  start: {title: 'Ready for the next call', text: 'Just type to search. Arrows and Enter, or 1-9, open an entry. Press F1 for all keys.'},
  entry: {
    label: 'Entry', elsewhere: "This entry is of {place}, not of the caller's region. Check before you say it.", merged: 'The earlier entry was merged into this one.',
    published: 'published {time}', short: 'In one sentence', favourite: 'favourite', read: 'Published {day}, read at base revision {kb}',
  },
  kind: {
    0: 'Entry', 1: 'Q&A', 2: 'Guide', 3: 'Duties', 4: 'Case status', 5: 'Policy document', 6: 'Interpretation', 7: 'Notice', 8: 'Emergency line',
    9: 'Statute', 10: 'Case',
  },
  policy: {0: 'in force', 1: 'in force', 2: 'lapsed', 3: 'repealed', 4: 'replaced'},
  part: {
    question: 'Question', notes: 'Notes for agents', facts: 'Facts', TEXT: 'Text', SHORT: 'In one sentence', CONCLUSION: 'Answer', CONDITIONS: 'Conditions', MATERIALS: 'Documents',
    PROCEDURE: 'Procedure', TIME_LIMIT: 'Time', FEE: 'Fee', LOCATION: 'Where', PHONE: 'Phone', BASIS: 'Basis', LINK: 'Look it up', NOTE: 'Note',
  },
  side: {
    label: 'Evidence and this call', notes: 'What may be said', agentsOnly: 'agents only', receipt: 'Receipt', receiptHint: 'Read it to the caller in groups of four.', receiptOld: 'Of the text before the update; copying again gives a new one.',
    noReceipt: 'No receipt was left.', facts: 'Facts', lapsed: 'lapsed', related: 'Related entries', call: 'Receipts of this call', review: 'To be reviewed by {day}',
  },
  turn: {
    RECALLED: 'Recalled.', RETIRED: 'Retired.', EXPIRED: 'Expired.', GONE: 'Withdrawn.', withdrawn: 'Withdrawn at {time}. Stop saying it, and put it right with the caller.',
    changed: 'Updated at {time}. The text below is the new one.', short: 'Just updated: say the new text.', accept: 'Got it', before: 'Compared with the text of a moment ago',
    script: 'Just updated: this is the new text.',
  },
  changes: {
    since: 'Since you saw it last ({day}, revision {revision}): {n} changes.', none: 'The text is the same.', noneSince: 'No change since you saw it last.', new: 'new', gone: 'gone',
  },
  history: {
    title: 'Another day', mark: "Not today's answer.", matterMark: 'The rule for a matter of {day}.', saidMark: 'What was said on {day}.', today: 'Back to today',
    day: 'Day', which: 'Which text', matter: 'The rule of that day', matterHint: 'The matter is of that day: which revision applies, as it is known now.',
    said: 'What was said that day', saidHint: 'How we answered on that day.', show: 'Show',
  },
  receipt: {
    title: 'Look up a receipt', code: 'Receipt', hint: '12 digits, blanks do not matter', given: 'given {time}, revision {revision}', verified: 'Text verified against the receipt',
    unverified: 'Text could not be verified', unseen: 'You may not see answers of that channel.', open: "Show today's answer",
  },
  standing: {
    0: 'Unknown.', 1: 'Still said today.', 2: "Updated since: today's answer differs.", 3: 'It was wrong and has been recalled: put it right with the caller.',
    4: 'Not said any more (retired or expired).',
  },
  channel: {0: '', 1: 'agent', 2: 'website', 3: 'WeChat', 4: 'Weibo', 5: 'SMS', 6: 'voice menu', 7: 'API'},
  correction: {title: 'Report an error', fault: 'What is wrong (the digit sends it)', note: 'A word about it (optional; then Alt and the digit)', hint: 'e.g. the counter has moved'},
  fault: {1: 'Wrong', 2: 'Out of date', 3: 'Incomplete', 4: 'Unclear', 5: 'Link or phone does not work', 6: 'Something else'},
  gap: {title: 'Report a gap', question: "The caller's question", hint: 'The question in one sentence', send: 'Report'},
  personal: {
    hint: 'No names, id or phone numbers, please. They are masked again when this is sent.', found: 'Seems to have {kinds}: it will be masked; better remove it.', and: ', ',
    id: 'an id number', card: 'a card number', phone: 'a phone number', email: 'an e-mail address', plate: 'a number plate',
  },
  reading: {
    title: 'Must read ({n} to confirm)', empty: 'No changes to read.', list: 'Changes', must: 'to confirm', done: 'confirmed', may: 'for information', reason: 'Reason: {reason}',
    diff: 'What changed', confirm: 'Read and confirmed', open: 'Open the entry',
  },
  change: {0: 'changed', 1: 'published', 2: 'revised', 3: 'retired', 4: 'recalled', 5: 'fact changed', 6: 'basis lapsed', 7: 'merged'},
  pulse: {events: 'Major events', rising: 'Rising now', calm: 'All quiet.', total: 'All calls', rise: '{n} times, usually {usual}', due: 'due {time}'},
  step: {0: '', 1: 'First word', 2: 'Full word', 3: 'Follow-up'},
  assist: {
    title: 'Call assistance', conversation: 'Call id', follow: 'Follow', off: 'off', connecting: 'connecting', live: 'following', offline: 'lost, reconnecting', absent: 'not available',
    refused: 'not allowed', wrong: 'not an id', absentWhy: 'This system has no transcripts yet. Everything else works.', refusedWhy: 'You may not follow calls; ask an administrator.',
    wrongWhy: 'A call id has letters, digits, hyphens and underscores, at most 64.', offlineWhy: 'The transcript is interrupted and goes on by itself.',
    transcript: 'Transcript', caller: 'Caller', agent: 'Agent',
  },
  region: {title: "The caller's region", label: 'Name or code', hint: 'Name or code', none: 'There is no such region.', home: 'Begin every call with it'},
  script: {label: 'Script', code: 'Receipt:', keys: 'Space or ↓ next sentence, ↑ the one before; {n} of {all}'},
  command: {
    region: 'Region', category: 'Category', department: 'Department', favourite: 'Favourite', copy: 'Copy answer', script: 'Read out', nextBlock: 'Next part', previousBlock: 'Part before',
    guide: 'Guide', changes: 'Changes', history: 'Another day', newCall: 'New call', assist: 'Assistance', receipt: 'Receipt', correction: 'Error',
    gap: 'Gap', reading: 'Must read', help: 'Keys',
  },
  help: {
    title: 'Keys', everywhere: 'Always', type: 'search', slash: 'to the box', arrows: 'choose and open', digits: 'open the nth', escape: 'one step back', help: 'this page',
    letters: 'the letter on a button',
    keys: {type: 'any letter', slash: '/', arrows: '↑ ↓ Enter', digits: '1-9', escape: 'Esc', help: '?  F1'},
    group: {find: 'Find', answer: 'Answer', call: 'Call', report: 'Report', page: 'Page'},
  },
  say: {
    openFirst: 'Open an entry first.', notCopied: 'Could not copy: select the text.', copiedHistory: 'Copied as history; no receipt.',
    copiedNoReceipt: 'Copied, but no receipt was left.', copiedReceipt: 'Copied, receipt {code}', receiptOnly: 'Receipt {code}; press again to copy its number',
    noGuide: 'There is no guide to this.', kept: 'Kept: its changes come to your reading list.', unkept: 'Not a favourite any more.', newCall: 'New call: all reset.',
    notToday: "The text of another day is not read out as today's.", corrected: 'Reported, code {code}', gapOpened: 'A new gap was opened.', gapJoined: 'Joined a known gap; it counts once more.',
  },
  status: {idle: 'Ready', gone: 'The service cannot be reached. What is shown is from before {time} and may not be current; it goes on by itself, do not reload.'},
};
