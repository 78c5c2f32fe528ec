import t, { type Test } from 'tap'
import fc from 'fast-check'
import type { FastifyInstance, InjectOptions } from 'fastify'
import type { Database } from '../src/db/database.js'
import { EXAMPLE_ID, EXAMPLE_PROFILES } from '../src/recommendations/examples.js'
import { testApp, testDatabase } from './helpers/app.js'

/** What a bad request must be told: its status, its code and, where the input is at fault, the place. */
interface Refusal {
  status: number
  code: string
  pointer?: string
  /** What the fault at that place is called, where it has a name of its own. */
  fault?: string
  suggests?: string
}

const PREVIEW = '/v1/recommendations/preview'
const RECORD = '/v1/recommendations'
const COMPARE = `${RECORD}/${EXAMPLE_ID}/compare`
const neglect = { need: 'neglect' }

const invalid = (pointer: string, fault: string, suggests?: string): Refusal => ({ status: 400, code: 'validation', pointer, fault, ...(suggests === undefined ? {} : { suggests }) })
const refused = (code: string, pointer: string, suggests?: string): Refusal => ({ status: 422, code, pointer, fault: code, ...(suggests === undefined ? {} : { suggests }) })
const unreadable = (code: string): Refusal => ({ status: 400, code })

/** A body with one need, given these fields. */
const need = (fields: object) => ({ needs: [{ ...neglect, ...fields }] })
/** A body with one need, and these fields beside it. */
const beside = (fields: object) => ({ needs: [neglect], ...fields })
const nested = (depth: number, open: string, close: string) => `{"needs":${open.repeat(depth)}1${close.repeat(depth)}}`

const BODIES: [string, unknown, Refusal][] = [
  // Wrong types.
  ['a number written as text', need({ children: '120' }), invalid('/needs/0/children', 'type')],
  ['a number that is empty text', need({ children: '' }), invalid('/needs/0/children', 'type')],
  ['a number written as "NaN"', need({ children: 'NaN' }), invalid('/needs/0/children', 'type')],
  ['a number written as "Infinity"', need({ children: 'Infinity' }), invalid('/needs/0/children', 'type')],
  ['null for a number', need({ children: null }), invalid('/needs/0/children', 'type')],
  ['true for a whole number', need({ children: true }), invalid('/needs/0/children', 'type')],
  ['true for a priority', need({ priority: true }), invalid('/needs/0/priority', 'type')],
  ['null for the needs', { needs: null }, invalid('/needs', 'type')],
  ['an object for the needs', { needs: { '0': neglect } }, invalid('/needs', 'type')],
  ['text for the needs', { needs: 'neglect' }, invalid('/needs', 'type')],
  ['text for a need', { needs: ['neglect'] }, invalid('/needs/0', 'type')],
  ['null for a need', { needs: [null] }, invalid('/needs/0', 'type')],
  ['a list for a need', { needs: [[neglect]] }, invalid('/needs/0', 'type')],
  ['a number for a need code', { needs: [{ need: 7 }] }, invalid('/needs/0/need', 'type')],
  ['a list for a need code', { needs: [{ need: ['neglect'] }] }, invalid('/needs/0/need', 'type')],
  ['a list for the context', beside({ context: [] }), invalid('/context', 'type')],
  ['null for the context', beside({ context: null }), invalid('/context', 'type')],
  ['null for a context fact', beside({ context: { couple: null } }), invalid('/context/couple', 'type')],
  ['text for a yes or no', beside({ context: { couple: 'yes' } }), invalid('/context/couple', 'type')],
  ['1 for a yes or no', beside({ constraints: { requireUkAvailability: 1 } }), invalid('/constraints/requireUkAvailability', 'type')],
  ['a share written as text', beside({ context: { couple: { true: '0.5' } } }), invalid('/context/couple/true', 'type')],
  ['an object for the current provision', beside({ currentProvision: { intervention: 'mash' } }), invalid('/currentProvision', 'type')],
  ['text for an item of the current provision', beside({ currentProvision: ['mash'] }), invalid('/currentProvision/0', 'type')],
  ['text for the weights', beside({ weights: 'equal' }), invalid('/weights', 'type')],
  ['text for a weight', beside({ weights: { evidence: '1' } }), invalid('/weights/evidence', 'type')],
  ['text for the sources', beside({ evidence: { sources: 'founding-documents' } }), invalid('/evidence/sources', 'type')],
  ['a number for a source', beside({ evidence: { sources: [2017] } }), invalid('/evidence/sources/0', 'type')],
  ['a number for a date', beside({ evidence: { asOf: 2018 } }), invalid('/evidence/asOf', 'type')],
  ['text for the limit', beside({ limit: '20' }), invalid('/limit', 'type')],
  ['a number for the area', { area: 383 }, invalid('/area', 'type')],

  // Unknown fields, at every level.
  ['an unknown field', beside({ contexts: {} }), invalid('/contexts', 'unknown-field', 'context')],
  ['an unknown field that is like no other', beside({ xyzzy: 1 }), invalid('/xyzzy', 'unknown-field')],
  ['an unknown field of a need', need({ childage: { min: 0, max: 4 } }), invalid('/needs/0/childage', 'unknown-field', 'childAge')],
  ['an unknown field of an age', need({ childAge: { min: 0, max: 4, maximum: 5 } }), invalid('/needs/0/childAge/maximum', 'unknown-field', 'max')],
  ['an unknown field of an age band', need({ ageBands: [{ min: 0, max: 4, children: 3, child: 3 }] }), invalid('/needs/0/ageBands/0/child', 'unknown-field', 'children')],
  ['an unknown context fact', beside({ context: { parentMisusing: 1 } }), invalid('/context/parentMisusing', 'unknown-field', 'parentsMisusing')],
  ['an unknown context fact of a need', need({ context: { Couple: true } }), invalid('/needs/0/context/Couple', 'unknown-field', 'couple')],
  ['an unknown value among the shares of a fact', beside({ context: { parentsMisusing: { '3': 0.5 } } }), invalid('/context/parentsMisusing/3', 'unknown-field')],
  ['an unknown field of the provision', beside({ currentProvision: [{ intervention: 'mash', place: 4 }] }), invalid('/currentProvision/0/place', 'unknown-field', 'places')],
  ['an unknown constraint', beside({ constraints: { budget: 1 } }), invalid('/constraints/budget', 'unknown-field', 'annualBudget')],
  ['an unknown weight', beside({ weights: { costs: 1 } }), invalid('/weights/costs', 'unknown-field', 'cost')],
  ['an unknown field of the evidence', beside({ evidence: { asof: '2018-12-31' } }), invalid('/evidence/asof', 'unknown-field', 'asOf')],
  ['a key named after a method of every object', beside({ toString: 1 }), invalid('/toString', 'unknown-field')],
  ['a key with a slash and a tilde', beside({ 'a/b~c': 1 }), invalid('/a~1b~0c', 'unknown-field')],
  ['a key that is empty', beside({ '': 1 }), invalid('/', 'unknown-field')],

  // Unknown words and codes.
  ['an unknown need', { needs: [{ need: 'neglekt' }] }, refused('unknown-need', '/needs/0/need', 'neglect')],
  ['an unknown need that is like no other', { needs: [{ need: 'qqqqqqqqqqqq' }] }, refused('unknown-need', '/needs/0/need')],
  ['a need in capitals', { needs: [{ need: 'NEGLECT' }] }, refused('unknown-need', '/needs/0/need', 'neglect')],
  ['a need named after a method of every object', { needs: [{ need: 'hasOwnProperty' }] }, refused('unknown-need', '/needs/0/need')],
  ['an unknown intervention', beside({ currentProvision: [{ intervention: 'sign-of-safety' }] }), refused('unknown-intervention', '/currentProvision/0/intervention', 'signs-of-safety')],
  ['an unknown source', beside({ evidence: { sources: ['founding-docs'] } }), refused('unknown-source', '/evidence/sources/0', 'founding-documents')],
  ['an unknown area', beside({ area: 'Leedes Magna' }), refused('unknown-area', '/area')],
  ['an area with a letter missing', beside({ area: '08000035' }), refused('unknown-area', '/area')],
  ['an unknown strength', beside({ constraints: { minimumStrength: 'evidence based' } }), invalid('/constraints/minimumStrength', 'enum', 'evidence-based')],
  ['an unknown stage', beside({ context: { stage: 's47-child-protecton' } }), invalid('/context/stage', 'enum', 's47-child-protection')],
  ['an unknown goal', beside({ context: { goal: 'child-outcome' } }), invalid('/context/goal', 'enum', 'child-outcomes')],

  // Counts, ages and shares that cannot be.
  ['no children', need({ children: 0 }), invalid('/needs/0/children', 'minimum')],
  ['fewer than no children', need({ children: -1 }), invalid('/needs/0/children', 'minimum')],
  ['half a child', need({ children: 0.5 }), invalid('/needs/0/children', 'type')],
  ['more children than there are', need({ children: 500_001 }), invalid('/needs/0/children', 'maximum')],
  ['more children than can be counted', '{"needs":[{"need":"neglect","children":1e400}]}', invalid('/needs/0/children', 'type')],
  ['priority zero', need({ priority: 0 }), invalid('/needs/0/priority', 'minimum')],
  ['priority eleven', need({ priority: 11 }), invalid('/needs/0/priority', 'maximum')],
  ['ages reversed', need({ childAge: { min: 11, max: 5 } }), refused('ages-reversed', '/needs/0/childAge')],
  ['an age below birth', need({ childAge: { min: -1, max: 5 } }), invalid('/needs/0/childAge/min', 'minimum')],
  ['an age beyond the range', need({ childAge: { min: 5, max: 26 } }), invalid('/needs/0/childAge/max', 'maximum')],
  ['half an age', need({ childAge: { min: 0.5, max: 5 } }), invalid('/needs/0/childAge/min', 'type')],
  ['an age without its end', need({ childAge: { min: 5 } }), invalid('/needs/0/childAge/max', 'required')],
  ['an age band reversed', need({ ageBands: [{ min: 4, max: 0, children: 3 }] }), refused('ages-reversed', '/needs/0/ageBands/0')],
  ['age bands that overlap', need({ ageBands: [{ min: 0, max: 5, children: 3 }, { min: 5, max: 9, children: 3 }] }), refused('ages-overlap', '/needs/0/ageBands/1')],
  ['age bands without children', need({ ageBands: [{ min: 0, max: 5, children: 0 }] }), refused('no-children', '/needs/0/ageBands')],
  ['no age bands', need({ ageBands: [] }), invalid('/needs/0/ageBands', 'min-items')],
  ['age bands that hold more than the need', need({ children: 5, ageBands: [{ min: 0, max: 5, children: 6 }] }), refused('bands-over-total', '/needs/0/ageBands')],
  ['both an age and age bands', need({ childAge: { min: 0, max: 4 }, ageBands: [{ min: 0, max: 4, children: 3 }] }), refused('two-ages', '/needs/0/ageBands')],
  ['shares that add up to more than one', beside({ context: { couple: { true: 0.7, false: 0.4 } } }), refused('shares-over-one', '/context/couple')],
  ['shares of a need that add up to more than one', need({ context: { parentsMisusing: { '1': 0.9, '2': 0.2 } } }), refused('shares-over-one', '/needs/0/context/parentsMisusing')],
  ['a share above one', beside({ context: { couple: { true: 1.1 } } }), invalid('/context/couple/true', 'maximum')],
  ['a share below nothing', beside({ context: { couple: { true: -0.1 } } }), invalid('/context/couple/true', 'minimum')],
  ['no shares', beside({ context: { couple: {} } }), invalid('/context/couple', 'min-properties')],
  ['three parents', beside({ context: { parentsMisusing: 3 } }), invalid('/context/parentsMisusing', 'maximum')],
  ['fewer than no places', beside({ currentProvision: [{ intervention: 'mash', places: -1 }] }), invalid('/currentProvision/0/places', 'minimum')],
  ['a cost below nothing', beside({ currentProvision: [{ intervention: 'mash', annualCost: -0.01 }] }), invalid('/currentProvision/0/annualCost', 'minimum')],
  ['a budget beyond any', beside({ constraints: { annualBudget: 1e11 } }), invalid('/constraints/annualBudget', 'maximum')],
  ['a weight below nothing', beside({ weights: { cost: -1 } }), invalid('/weights/cost', 'minimum')],
  ['weights that are all zero', beside({ weights: { evidence: 0, coverage: 0, deliverability: 0, cost: 0, addedValue: 0 } }), { status: 422, code: 'no-weight', pointer: '/weights' }],
  ['a limit of nothing', beside({ limit: 0 }), invalid('/limit', 'minimum')],
  ['a limit beyond the most', beside({ limit: 201 }), invalid('/limit', 'maximum')],
  ['half a limit', beside({ limit: 2.5 }), invalid('/limit', 'type')],

  // Lists and needs.
  ['no needs in the list', { needs: [] }, invalid('/needs', 'min-items')],
  ['neither needs nor an area', {}, { status: 422, code: 'needs-required', pointer: '/needs' }],
  ['a need without its code', { needs: [{ children: 3 }] }, invalid('/needs/0/need', 'required')],
  ['a need code that is empty', { needs: [{ need: '' }] }, invalid('/needs/0/need', 'min-length')],
  ['a need that stands twice', { needs: [neglect, { need: 'neglect', children: 3 }] }, refused('duplicate-need', '/needs/1/need')],
  ['an intervention that stands twice', beside({ currentProvision: [{ intervention: 'mash' }, { intervention: 'mash' }] }), refused('duplicate-intervention', '/currentProvision/1/intervention')],
  ['too many needs', { needs: Array.from({ length: 41 }, (_, i) => ({ need: `need-${i}` })) }, invalid('/needs', 'max-items')],
  ['too much provision', beside({ currentProvision: Array.from({ length: 101 }, () => ({ intervention: 'mash' })) }), invalid('/currentProvision', 'max-items')],
  ['no sources in the list', beside({ evidence: { sources: [] } }), invalid('/evidence/sources', 'min-items')],
  ['provision without its intervention', beside({ currentProvision: [{ places: 4 }] }), invalid('/currentProvision/0/intervention', 'required')],

  // Dates.
  ['a date in a thirteenth month', beside({ evidence: { asOf: '2026-13-40' } }), invalid('/evidence/asOf', 'format')],
  ['the 30th of February', beside({ evidence: { asOf: '2026-02-30' } }), invalid('/evidence/asOf', 'format')],
  ['a date as it is written in Britain', beside({ evidence: { asOf: '31/12/2018' } }), invalid('/evidence/asOf', 'format')],
  ['a date with a time', beside({ evidence: { asOf: '2018-12-31T00:00:00Z' } }), invalid('/evidence/asOf', 'format')],
  ['a date that is empty', beside({ evidence: { asOf: '' } }), invalid('/evidence/asOf', 'format')],

  // Text that is strange or long.
  ['a very long need code', { needs: [{ need: 'n'.repeat(100_000) }] }, invalid('/needs/0/need', 'max-length')],
  ['a very long key', beside({ ['k'.repeat(100_000)]: 1 }), invalid(`/${'k'.repeat(80)}`, 'unknown-field')],
  ['a NUL in a need code', { needs: [{ need: 'neglect\u0000' }] }, refused('unknown-need', '/needs/0/need', 'neglect')],
  ['a NUL in an area', beside({ area: 'E0800003\u0000' }), refused('unknown-area', '/area')],
  ['a NUL in an intervention', beside({ currentProvision: [{ intervention: '\u0000' }] }), refused('unknown-intervention', '/currentProvision/0/intervention')],
  ['a NUL in a key', beside({ '\u0000': 1 }), invalid('/\u0000', 'unknown-field')],
  ['half of a surrogate pair in a need code', '{"needs":[{"need":"\\ud83d"}]}', invalid('/needs/0/need', 'ill-formed')],
  ['half of a surrogate pair in a key', '{"needs":[{"need":"neglect"}],"\\udc00":1}', invalid('/\udc00', 'unknown-field')],
  ['letters that only look alike', { needs: [{ need: 'nеglect' }] }, refused('unknown-need', '/needs/0/need', 'neglect')],
  ['text that turns its direction', { needs: [{ need: '\u202etcelgen' }] }, refused('unknown-need', '/needs/0/need')],
  ['an emoji for a source', beside({ evidence: { sources: ['📚'] } }), refused('unknown-source', '/evidence/sources/0')],
  ['a statement for a database', { needs: [{ need: "'; drop table recommendation; --" }] }, refused('unknown-need', '/needs/0/need')],

  // Bodies that are no profile.
  ['a list as the body', [neglect], invalid('', 'type')],
  ['text as the body', '"neglect"', invalid('', 'type')],
  ['a number as the body', '7', invalid('', 'type')],
  ['true as the body', 'true', invalid('', 'type')],
  ['null as the body', 'null', unreadable('missing-body')],
  ['nothing as the body', '', unreadable('empty-body')],
  ['blanks as the body', '   ', unreadable('invalid-json')],
  ['broken JSON', '{"needs": [}', unreadable('invalid-json')],
  ['truncated JSON', '{"needs":[{"need":"neg', unreadable('invalid-json')],
  ['JSON with a comma too many', '{"needs":[{"need":"neglect"},]}', unreadable('invalid-json')],
  ['JSON with a comment', '{"needs":[{"need":"neglect"}]} // ours', unreadable('invalid-json')],
  ['JSON with single quotes', "{'needs':[]}", unreadable('invalid-json')],
  ['NaN, which is not JSON', '{"needs":[{"need":"neglect","children":NaN}]}', unreadable('invalid-json')],
  ['two bodies in one', '{"needs":[]}{"needs":[]}', unreadable('invalid-json')],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80]), unreadable('wrong-encoding')],
  ['a name in Latin-1', Buffer.from('{"area":"Köln"}', 'latin1'), unreadable('wrong-encoding')],
  ['a key that would reach a prototype', '{"needs":[{"need":"neglect"}],"__proto__":{"admin":true}}', unreadable('forbidden-key')],
  ['a key further down that would reach a prototype', '{"needs":[{"need":"neglect","context":{"__proto__":{}}}]}', unreadable('forbidden-key')],
  ['a constructor with a prototype', '{"needs":[{"need":"neglect"}],"constructor":{"prototype":{"admin":true}}}', unreadable('forbidden-key')],
  ['a key named constructor', beside({ constructor: 1 }), invalid('/constructor', 'unknown-field')],
  ['lists nested forty deep', nested(40, '[', ']'), unreadable('too-deep')],
  ['lists nested a hundred thousand deep', nested(100_000, '[', ']'), unreadable('too-deep')],
  ['objects nested a hundred thousand deep', nested(100_000, '{"needs":', '}'), unreadable('too-deep')],
  ['a body of 5 MB', beside({ area: 'x'.repeat(5 * 1024 * 1024) }), { status: 413, code: 'payload-too-large' }],
  ['many needs in a body of almost 1 MB', { needs: Array.from({ length: 60_000 }, () => ({ need: 'x' })) }, invalid('/needs', 'max-items')]
]

const JSON_TYPE = { 'content-type': 'application/json' }
const valid = JSON.stringify({ needs: [neglect] })
const notJson: Refusal = { status: 415, code: 'unsupported-media-type' }

const REQUESTS: [string, InjectOptions, Refusal][] = [
  ['a body as plain text', { method: 'POST', url: RECORD, headers: { 'content-type': 'text/plain' }, payload: valid }, notJson],
  ['a body as a form', { method: 'POST', url: RECORD, headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: 'needs=neglect' }, notJson],
  ['a body as a form of several parts', { method: 'POST', url: PREVIEW, headers: { 'content-type': 'multipart/form-data; boundary=b' }, payload: '--b--' }, notJson],
  ['a body as XML', { method: 'POST', url: PREVIEW, headers: { 'content-type': 'application/xml' }, payload: '<needs/>' }, notJson],
  ['a body with no content type', { method: 'POST', url: RECORD, payload: valid }, notJson],
  ['a body with a content type that is none', { method: 'POST', url: PREVIEW, headers: { 'content-type': '///' }, payload: valid }, notJson],
  ['no body and no content type, to record', { method: 'POST', url: RECORD }, unreadable('missing-body')],
  ['no body and no content type, to preview', { method: 'POST', url: PREVIEW }, unreadable('missing-body')],
  ['compressed bytes for JSON', { method: 'POST', url: PREVIEW, headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, payload: Buffer.from('1f8b08000000000000034b04004396', 'hex') }, unreadable('wrong-encoding')],
  ['a query parameter where none is taken', { method: 'POST', url: `${PREVIEW}?limit=3`, headers: JSON_TYPE, payload: valid }, invalid('/limit', 'unknown-field')],

  ['an unknown address', { url: '/v1/intervention' }, { status: 404, code: 'no-such-address' }],
  ['an address outside the API', { url: '/../../etc/passwd' }, { status: 404, code: 'no-such-address' }],
  ['a method that is not offered', { method: 'DELETE', url: RECORD }, { status: 405, code: 'method-not-allowed' }],
  ['a list of recommendations, which is not offered', { url: RECORD }, { status: 405, code: 'method-not-allowed' }],
  ['a change to an entry of the catalogue', { method: 'PUT', url: '/v1/interventions/mash', headers: JSON_TYPE, payload: '{}' }, { status: 405, code: 'method-not-allowed' }],
  ['an address that is badly encoded', { url: '/v1/interventions/%zz' }, unreadable('invalid-address')],
  ['an address whose bytes are no text', { url: '/v1/interventions/%ff%fe' }, unreadable('invalid-address')],

  ['a record id that is no UUID', { url: `${RECORD}/abc` }, invalid('/id', 'format')],
  ['a record id with a NUL', { url: `${RECORD}/%00` }, invalid('/id', 'format')],
  ['a record id with a NUL at its end', { url: `${RECORD}/00000000-0000-4000-8000-0000000000e1%00` }, { status: 400, code: 'validation', pointer: '/id' }],
  ['a record id in braces', { url: `${RECORD}/%7B00000000-0000-4000-8000-0000000000e1%7D` }, { status: 400, code: 'validation', pointer: '/id' }],
  ['a record id as a URN', { url: `${RECORD}/urn:uuid:00000000-0000-4000-8000-0000000000e1` }, invalid('/id', 'max-length')],
  ['a record id that is very long', { url: `${RECORD}/${'0'.repeat(500)}` }, { status: 414, code: 'bad-request' }],
  ['a record that is not held', { url: `${RECORD}/00000000-0000-4000-8000-00000000dead` }, { status: 404, code: 'not-found' }],
  ['a query parameter for a record', { url: `${RECORD}/00000000-0000-4000-8000-0000000000e1?pretty=1` }, invalid('/pretty', 'unknown-field')],

  ['a comparison for a record id as a URN', { method: 'POST', url: `${COMPARE.replace('0000', 'urn:uuid:0000')}`, payload: {} }, invalid('/id', 'max-length')],
  ['a comparison for a record that is not held', { method: 'POST', url: COMPARE.replace(/e1/, 'e2'), payload: {} }, { status: 404, code: 'not-found' }],
  ['a comparison with a view that is misspelt', { method: 'POST', url: COMPARE, payload: { form: {} } }, invalid('/form', 'unknown-field')],
  ['a comparison with a view that is a day', { method: 'POST', url: COMPARE, payload: { from: '2018-12-31' } }, invalid('/from', 'type')],
  ['a comparison as of no day', { method: 'POST', url: COMPARE, payload: { to: { asOf: '2018-02-30' } } }, invalid('/to/asOf', 'format')],
  ['a comparison of an unknown source', { method: 'POST', url: COMPARE, payload: { to: { sources: ['founding-docs'] } } }, refused('unknown-source', '/to/sources/0', 'founding-documents')],
  ['a comparison of a list', { method: 'POST', url: COMPARE, payload: '[]', headers: JSON_TYPE }, invalid('', 'type')],
  ['a comparison of nothing', { method: 'POST', url: COMPARE }, unreadable('missing-body')],
  ['the history of an unknown intervention', { url: '/v1/interventions/sign-of-safety/history' }, { status: 404, code: 'not-found', pointer: '/id', fault: 'unknown-intervention', suggests: 'signs-of-safety' }],
  ['a history at an age beyond the range', { url: '/v1/interventions/mash/history?age=26' }, invalid('/age', 'maximum')],
  ['a history at an unknown stage', { url: '/v1/interventions/mash/history?stage=s47' }, invalid('/stage', 'enum')],

  ['an unknown intervention', { url: '/v1/interventions/sign-of-safety' }, { status: 404, code: 'not-found', pointer: '/id', fault: 'unknown-intervention', suggests: 'signs-of-safety' }],
  ['an intervention with a NUL', { url: '/v1/interventions/%00' }, { status: 404, code: 'not-found', pointer: '/id' }],
  ['an intervention named after a method of every object', { url: '/v1/interventions/constructor' }, { status: 404, code: 'not-found', pointer: '/id' }],
  ['an intervention whose id is empty', { url: '/v1/interventions/' }, invalid('/id', 'min-length')],
  ['an intervention whose id is long', { url: `/v1/interventions/${'x'.repeat(81)}` }, invalid('/id', 'max-length')],
  ['an unknown source', { url: '/v1/sources/eif-2017' }, { status: 404, code: 'not-found', pointer: '/id', fault: 'unknown-source' }],
  ['a query parameter for a source', { url: '/v1/sources/eif-lga-overview-2017?full=1' }, invalid('/full', 'unknown-field')],

  ['an unknown query parameter', { url: '/v1/interventions?needs=neglect' }, invalid('/needs', 'unknown-field', 'need')],
  ['a query parameter written as a list', { url: '/v1/interventions?need[]=neglect' }, invalid('/need[]', 'unknown-field', 'need')],
  ['a query parameter that would reach a prototype', { url: '/v1/interventions?__proto__=1' }, invalid('/__proto__', 'unknown-field')],
  ['a query parameter named constructor', { url: '/v1/needs?constructor=1' }, invalid('/constructor', 'unknown-field')],
  ['a repeated query parameter', { url: '/v1/interventions?need=neglect&need=mash' }, invalid('/need', 'type')],
  ['a repeated limit', { url: '/v1/needs?limit=1&limit=2' }, invalid('/limit', 'type')],
  ['an empty query parameter', { url: '/v1/interventions?need=' }, invalid('/need', 'min-length')],
  ['an unknown need as a filter', { url: '/v1/interventions?need=neglekt' }, refused('unknown-need', '/need', 'neglect')],
  ['a need with a NUL as a filter', { url: '/v1/evidence-gaps?need=neglect%00' }, refused('unknown-need', '/need', 'neglect')],
  ['an unknown intervention as a filter', { url: '/v1/evidence-gaps?intervention=sign-of-safety' }, refused('unknown-intervention', '/intervention', 'signs-of-safety')],
  ['an unknown role', { url: '/v1/interventions?role=responses' }, invalid('/role', 'enum', 'response')],
  ['an unknown role for the map', { url: '/v1/evidence-map?role=RESPONSE' }, invalid('/role', 'enum', 'response')],
  ['an unknown kind', { url: '/v1/interventions?kind=programmes' }, invalid('/kind', 'enum', 'programme')],
  ['an unknown strength', { url: '/v1/interventions?minimumStrength=4' }, invalid('/minimumStrength', 'enum')],
  ['an unknown kind of gap', { url: '/v1/evidence-gaps?code=cost' }, invalid('/code', 'enum')],
  ['an unknown basis', { url: '/v1/evidence-gaps?basis=guessed' }, invalid('/basis', 'enum')],
  ['an age in words', { url: '/v1/interventions?age=five' }, invalid('/age', 'type')],
  ['an age that is empty', { url: '/v1/interventions?age=' }, invalid('/age', 'type')],
  ['half an age', { url: '/v1/interventions?age=4.5' }, invalid('/age', 'type')],
  ['an age below birth', { url: '/v1/interventions?age=-1' }, invalid('/age', 'minimum')],
  ['an age beyond the range', { url: '/v1/interventions?age=26' }, invalid('/age', 'maximum')],
  ['a search for nothing', { url: '/v1/interventions?q=' }, invalid('/q', 'min-length')],
  ['a search for punctuation', { url: '/v1/interventions?q=!!!' }, invalid('/q', 'pattern')],
  ['a search for letters that nothing is written in', { url: '/v1/context-figures?q=%E6%97%A5%E6%9C%AC' }, invalid('/q', 'pattern')],
  ['a very long search', { url: `/v1/interventions?q=${'x'.repeat(101)}` }, invalid('/q', 'max-length')],
  ['a limit of nothing', { url: '/v1/interventions?limit=0' }, invalid('/limit', 'minimum')],
  ['a limit beyond the most', { url: '/v1/sources?limit=201' }, invalid('/limit', 'maximum')],
  ['a limit in words', { url: '/v1/questions?limit=abc' }, invalid('/limit', 'type')],
  ['a limit of NaN', { url: '/v1/context-figures?limit=NaN' }, invalid('/limit', 'type')],
  ['a limit of infinity', { url: '/v1/context-figures?limit=Infinity' }, invalid('/limit', 'type')],
  ['a limit in another base', { url: '/v1/needs?limit=0x10' }, invalid('/limit', 'type')],
  ['a limit after a blank', { url: '/v1/needs?limit=%205' }, invalid('/limit', 'type')],
  ['an age of infinity', { url: '/v1/interventions?age=1e400' }, invalid('/age', 'type')],
  ['half a limit', { url: '/v1/evidence-standards?limit=1.5' }, invalid('/limit', 'type')],
  ['a cursor of our own making', { url: '/v1/interventions?cursor=abc' }, { status: 400, code: 'invalid-cursor', pointer: '/cursor' }],
  ['a cursor that is not encoded', { url: '/v1/sources?cursor=!!!' }, { status: 400, code: 'invalid-cursor', pointer: '/cursor' }],
  ['a cursor that is empty', { url: '/v1/needs?cursor=' }, invalid('/cursor', 'min-length')],
  ['a cursor that is very long', { url: `/v1/evidence-gaps?cursor=${'a'.repeat(501)}` }, invalid('/cursor', 'max-length')],
  ['evidence as of no day', { url: '/v1/interventions?evidenceAsOf=2026-13-40' }, invalid('/evidenceAsOf', 'format')],
  ['evidence as of a year', { url: '/v1/evidence-map?evidenceAsOf=2018' }, invalid('/evidenceAsOf', 'format')],
  ['evidence of no source', { url: '/v1/evidence-map?evidenceSources=,%20,' }, invalid('/evidenceSources', 'pattern')],
  ['evidence of an unknown source', { url: '/v1/questions?evidenceSources=founding-docs' }, refused('unknown-source', '/evidenceSources', 'founding-documents')],
  ['evidence of one known source and one unknown', { url: '/v1/interventions/mash?evidenceSources=founding-documents,eif' }, refused('unknown-source', '/evidenceSources')]
]

interface Problem {
  type: string
  title: string
  status: number
  detail: string
  code: string
  errors?: { pointer: string; code: string; message: string; in: string; suggestions: string[] }[]
}

async function isRefused(t: Test, app: FastifyInstance, request: InjectOptions, refusal: Refusal) {
  const response = await app.inject(request)
  t.equal(response.statusCode, refusal.status, response.body.slice(0, 300))
  t.equal(response.headers['content-type'], 'application/problem+json; charset=utf-8')
  t.ok(response.body.length < 12_000, 'what was sent is not echoed at length')
  const problem = response.json<Problem>()
  t.match(problem, { type: `urn:evident:problem:${refusal.code}`, title: /\S/, status: refusal.status, detail: /\S{3}/, code: refusal.code })
  if (refusal.pointer === undefined) return
  const item = problem.errors?.find(({ pointer }) => pointer === refusal.pointer)
  t.ok(item, `an error stands at '${refusal.pointer}', not only at ${JSON.stringify(problem.errors?.map(({ pointer }) => pointer))}`)
  if (refusal.fault !== undefined) t.equal(item?.code, refusal.fault)
  if (refusal.suggests !== undefined) t.ok(item?.suggestions.includes(refusal.suggests), `it suggests ${refusal.suggests}, not ${JSON.stringify(item?.suggestions)}`)
  t.match(item?.message, /\S{3}/)
}

const countRows = async ({ kysely }: Database) => {
  const { count } = await kysely.selectFrom('recommendation').select((eb) => eb.fn.countAll<string | number>().as('count')).executeTakeFirstOrThrow()
  return Number(count)
}

const database = await testDatabase(t)
const app = await testApp(t, { database })
const before = await countRows(database)

for (const url of [PREVIEW, RECORD]) {
  t.test(`a body that POST ${url} refuses`, async (t) => {
    for (const [title, body, refusal] of BODIES) {
      const payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
      await t.test(title, async (t) => isRefused(t, app, { method: 'POST', url, headers: JSON_TYPE, payload }, refusal))
    }
  })
}

t.test('a request that is refused', async (t) => {
  for (const [title, request, refusal] of REQUESTS) await t.test(title, async (t) => isRefused(t, app, request, refusal))
})

t.test('a question mark within a query is part of it, on the next page too', async (t) => {
  const { headers } = await app.inject('/v1/interventions?q=families?&limit=1')
  t.match(headers['link'], /^<\/v1\/interventions\?q=families%3F&limit=1&cursor=[^>]+>; rel="next"$/)
})

t.test('every fault of a body is told at once, each at its place', async (t) => {
  const body = { needs: [{ need: 'neglekt', childAge: { min: 9, max: 3 } }, { need: 'neglekt' }], currentProvision: [{ intervention: 'mahs' }], evidence: { sources: ['eif'] } }
  const response = await app.inject({ method: 'POST', url: RECORD, payload: body })
  t.equal(response.statusCode, 422)
  t.strictSame(
    response.json<Problem>().errors!.map(({ pointer, code }) => `${pointer} ${code}`).sort(),
    ['/currentProvision/0/intervention unknown-intervention', '/evidence/sources/0 unknown-source', '/needs/0/childAge ages-reversed', '/needs/0/need unknown-need', '/needs/1/need duplicate-need', '/needs/1/need unknown-need']
  )
})

t.test('a key that stands twice in one object is refused, as one of its values would be lost', async (t) => {
  for (const payload of ['{"needs":[{"need":"neglect"}],"needs":[{"need":"physical-abuse"}]}', '{"needs":[{"need":"neglect","children":5,"children":500}]}', '{"needs":[{"need":"neglect"}],"n\\u0065eds":[{"need":"physical-abuse"}]}']) {
    const response = await app.inject({ method: 'POST', url: PREVIEW, headers: JSON_TYPE, payload })
    t.match(response.json(), { status: 400, code: 'repeated-key', errors: [{ in: 'body' }] }, payload)
  }
})

t.test('a large body is refused over the wire too, and the answer can be read', async (t) => {
  const own = await testApp(t)
  const address = await own.listen({ host: '127.0.0.1', port: 0 })
  const response = await fetch(`${address}${RECORD}`, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(beside({ area: 'x'.repeat(5 * 1024 * 1024) })) })
  t.equal(response.status, 413)
  t.match(await response.json(), { code: 'payload-too-large' })
  t.equal((await fetch(`${address}/healthz`)).status, 200)
})

t.test('none of it was stored, and the service answers as before', async (t) => {
  t.equal(await countRows(database), before)
  t.equal((await app.inject({ method: 'POST', url: RECORD, payload: { needs: [neglect] } })).statusCode, 201)
  t.equal(await countRows(database), before + 1)
})

/** Anything at all, with a good share of what is nearly right. */
const junk = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1, 1.5, 20, 1e9, 1e308, '', '0', 'neglect', 'physical-abuse', 'mash', 'strong', 'founding-documents', '2018-12-31', 'E08000035', '\u0000', '\ud800', [], {}, [null], { min: 0, max: 4 }, { true: 0.5 }, { '1': 0.6 }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary', maxLength: 120 })
)
const keys = fc.oneof(
  fc.constantFrom('area', 'needs', 'context', 'currentProvision', 'constraints', 'weights', 'evidence', 'limit', 'need', 'children', 'priority', 'childAge', 'ageBands', 'min', 'max', 'couple', 'parentsMisusing', 'goal', 'stage', 'asOf', 'sources', '1', 'true', '__proto__', 'constructor', ''),
  fc.string({ maxLength: 20 })
)
const change = fc.record({ path: fc.array(fc.nat(11), { maxLength: 5 }), kind: fc.constantFrom('delete', 'replace', 'insert', 'insert'), key: keys, value: junk })
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never

/** The body changed at one place: the path chooses a child at each level, as far as there are any. */
function changed(body: unknown, { path, kind, key, value }: Change): unknown {
  let holder: Record<string, unknown> | undefined
  let at = ''
  let here = body
  for (const step of path) {
    const children = typeof here === 'object' && here !== null ? Object.keys(here) : []
    if (children.length === 0) break
    holder = here as Record<string, unknown>
    at = children[step % children.length]!
    here = holder[at]
  }
  if (kind === 'insert' && typeof here === 'object' && here !== null) {
    if (Array.isArray(here)) here.push(value)
    else Object.defineProperty(here, key, { value, enumerable: true, configurable: true, writable: true })
    return body
  }
  if (holder === undefined) return kind === 'delete' ? undefined : value
  if (kind !== 'delete') holder[at] = value
  else if (Array.isArray(holder)) holder.splice(Number(at), 1)
  else delete holder[at]
  return body
}

t.test('whatever is done to a valid body, it is answered or refused, and what is refused is not stored', async (t) => {
  const FULL = {
    ...EXAMPLE_PROFILES[2]!,
    area: 'E08000035',
    currentProvision: [{ intervention: 'signs-of-safety', places: 400, annualCost: 120000 }],
    constraints: { annualBudget: 750000, minimumStrength: 'preliminary', requireUkAvailability: false },
    weights: { evidence: 0.4, cost: 0.2 },
    limit: 20
  }
  const statuses = new Map<number, number>()
  let held = await countRows(database)
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...EXAMPLE_PROFILES, FULL, FULL), fc.array(change, { minLength: 1, maxLength: 4 }), async (example, changes) => {
      const body = changes.reduce<unknown>(changed, structuredClone(example))
      const response = await app.inject({ method: 'POST', url: RECORD, headers: JSON_TYPE, payload: JSON.stringify(body) ?? '' })
      const { statusCode } = response
      statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1)
      if (statusCode !== 201 && statusCode !== 501 && (statusCode < 400 || statusCode > 499)) throw new Error(`answered ${statusCode}: ${response.body.slice(0, 300)}`)
      if (statusCode >= 400 && !String(response.headers['content-type']).startsWith('application/problem+json')) throw new Error(`answered as ${String(response.headers['content-type'])}`)
      if (response.body.includes('repeated-key')) throw new Error(`took ${JSON.stringify(body)} for a body in which a key stands twice`)
      const now = await countRows(database)
      if (now !== held + (statusCode === 201 ? 1 : 0)) throw new Error(`${now - held} rows were stored by an answer of ${statusCode}`)
      held = now
    }),
    { numRuns: 300, seed: 20261120 }
  )
  t.ok((statuses.get(201) ?? 0) > 10 && (statuses.get(400) ?? 0) > 100 && (statuses.get(422) ?? 0) > 5, `it met all kinds of answer: ${JSON.stringify([...statuses])}`)
})
