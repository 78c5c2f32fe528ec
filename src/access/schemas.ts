import { Type, type Static } from 'typebox'
import { nullable, page, ref, words } from '../schemas.js'
import { AUDIT_ACTIONS } from './vocabulary.js'

const row = (description: string) => nullable(Type.Object({}, { additionalProperties: true }), { description })

export const AuditEntry = Type.Object(
  {
    sequence: Type.Integer({ description: 'Counts the changes of the organisation, from 1, without a gap.' }),
    at: Type.String({ description: 'When, to the microsecond, UTC.' }),
    actor: Type.String({ description: 'Who: `key:` and the id of an API key, `token:` and the subject of an access token, `local` where nobody signs in, `admin:` and the login of whoever ran an admin command, `system` for the service itself, `database:` and the login of a change made past the service.' }),
    requestId: nullable(Type.String(), { description: 'The X-Request-Id of the request that made the change; null where none did.' }),
    action: words(AUDIT_ACTIONS),
    subject: Type.String({ description: 'The table of what was changed.' }),
    subjectId: Type.String({ description: 'Its id; that of a version ends with the number of the version.' }),
    before: row('As it was, column by column; null where it is new. A large text stands as its SHA-256 and its length.'),
    after: row('As it is since; null where it is gone.'),
    previousHash: Type.String({ description: 'The hash of the entry before, in hex; zeros before the first.' }),
    hash: Type.String({ description: 'SHA-256 over the fields of this entry and the hash before, in hex: nothing in the trail can be changed without every later hash being another.' })
  },
  { $id: 'AuditEntry', description: 'One change of what an organisation owns.' }
)
export type AuditEntry = Static<typeof AuditEntry>

export const AuditEntryPage = page(ref(AuditEntry), { $id: 'AuditEntryPage', description: 'A page of changes, the newest first.' })
