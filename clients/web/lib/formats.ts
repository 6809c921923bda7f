// How times, periods and codes are said. All times are the hotline's: UTC+8.
import {timestampDate, type Timestamp} from '@bufbuild/protobuf/wkt';

const ZONE = 'Asia/Shanghai';
const UTC8_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

type Time = Timestamp | undefined;

export function day(time: Time, locale = 'zh-CN'): string {
  if (!time) return '';
  return new Intl.DateTimeFormat(locale, {timeZone: ZONE, year: 'numeric', month: '2-digit', day: '2-digit'})
    .format(timestampDate(time));
}

export function moment(time: Time, locale = 'zh-CN'): string {
  if (!time) return '';
  return new Intl.DateTimeFormat(locale, {timeZone: ZONE, year: 'numeric', month: '2-digit', day: '2-digit',
    hour: '2-digit', minute: '2-digit', hourCycle: 'h23'}).format(timestampDate(time));
}

// The last day on which something holds whose first instant of not holding is `time`.
export function lastDay(time: Time, locale = 'zh-CN'): string {
  if (!time) return '';
  const end = timestampDate(time).getTime();
  const atMidnight = (end + UTC8_MS) % DAY_MS === 0;
  return new Intl.DateTimeFormat(locale, {timeZone: ZONE, year: 'numeric', month: '2-digit', day: '2-digit'})
    .format(new Date(atMidnight ? end - 1 : end));
}

// "2026-11-26" in the hotline's zone, for fields of dates.
export function isoDay(date: Date): string {
  return new Date(date.getTime() + UTC8_MS).toISOString().slice(0, 10);
}

// "123456789012" -> "1234 5678 9012": as it is read over the phone.
export function inFours(code: string): string {
  return code.replace(/\D/g, '').replace(/(\d{4})(?=\d)/g, '$1 ');
}

// "entries/gaoling" -> "gaoling".
export function idOf(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}
