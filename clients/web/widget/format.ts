// Times and spans as people read them. The city's clock is China's, wherever the reader is.

import type {Texts} from './texts';
import type {Validity} from './types';

const ZONE = 'Asia/Shanghai';
const OFFSET_MS = 8 * 3600e3;
const DAY_MS = 86400e3;

export class Format {
  private readonly days: Intl.DateTimeFormat;
  private readonly moments: Intl.DateTimeFormat;
  private readonly clock: Intl.DateTimeFormat;

  constructor(tag: string, private readonly texts: Texts) {
    const day = {timeZone: ZONE, year: 'numeric', month: 'long', day: 'numeric'} as const;
    const time = {timeZone: ZONE, hour: '2-digit', minute: '2-digit', hourCycle: 'h23'} as const;
    this.days = new Intl.DateTimeFormat(tag, day);
    this.moments = new Intl.DateTimeFormat(tag, {...day, ...time});
    this.clock = new Intl.DateTimeFormat(tag, {...time, month: 'numeric', day: 'numeric'});
  }

  day(time: string): string {
    return this.days.format(new Date(time));
  }

  moment(time: string): string {
    return this.moments.format(new Date(time));
  }

  // Month, day and minute: for what happened just now.
  recent(time: string): string {
    return this.clock.format(new Date(time));
  }

  validity(validity: Validity = {}): string {
    const from = validity.effectiveTime && this.day(validity.effectiveTime);
    const until = validity.expireTime && this.lastMoment(validity.expireTime);
    if (from && until) return this.texts.validBetween(from, until);
    if (from) return this.texts.validFrom(from);
    return until ? this.texts.validUntil(until) : this.texts.validNow;
  }

  // The last moment at which something holds that ends at `time`: midnight is the day before, whole.
  private lastMoment(time: string): string {
    const end = new Date(time).getTime();
    const midnight = (end + OFFSET_MS) % DAY_MS === 0;
    return midnight ? this.texts.inclusive(this.days.format(end - 1)) : this.moments.format(end);
  }
}

// Twelve digits as people read them out: 4830 1296 5547.
export const inFours = (code: string): string => code.replace(/\D/g, '').replace(/(\d{4})(?=\d)/g, '$1 ');

export const telephone = (phone: string): string => `tel:${phone.replace(/[^0-9+]/g, '')}`;
