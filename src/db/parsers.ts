/**
 * How PostgreSQL's text becomes JavaScript values. The two drivers differ by default (pg gives
 * bigint as text and a date as local midnight; PGlite gives a date as UTC midnight), so both are
 * given these. Numeric stays text: money is never put into binary floating point.
 */
export const PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  16: (text) => text === 't', // bool
  17: (text) => Buffer.from(text.slice(2), 'hex'), // bytea
  20: safeInteger, // int8
  21: Number, // int2
  23: Number, // int4
  25: asText, // text
  26: Number, // oid
  114: (text) => JSON.parse(text) as unknown, // json
  700: Number, // float4
  701: Number, // float8
  1082: asText, // date: a day has no time zone
  1083: asText, // time
  1114: asText, // timestamp without a time zone
  1184: instant, // timestamptz
  1700: asText, // numeric
  2950: asText, // uuid
  3802: (text) => JSON.parse(text) as unknown // jsonb
}

function asText(text: string): string {
  return text
}

/** @throws RangeError when the value cannot be held exactly */
function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`The bigint ${text} is beyond what a number holds exactly: select it as text`)
  return value
}

/** '2026-11-20 09:30:00.123456+00': an hour alone as the offset is not ISO 8601. */
function instant(text: string): Date {
  const value = new Date(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'))
  if (Number.isNaN(value.getTime())) throw new RangeError(`The time ${text} is not one a Date can hold`)
  return value
}
