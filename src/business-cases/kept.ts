import { Type, type Static, type TSchema, type TUnsafe } from 'typebox'
import { ref } from '../schemas.js'

/**
 * A part of a business case may be left out while it is written, and stands in every answer. So each
 * part is declared once, as it is sent; what is answered follows from that: the same keys, all of
 * them there, null (or an empty list) where nothing was sent.
 */

/** What is answered for what may be sent. An appraisal's input is another capability's, and stays as it was sent. */
export type Kept<T> = T extends readonly (infer I)[]
  ? Kept<I>[]
  : T extends object
    ? { [K in keyof T]-?: K extends 'appraisal' ? Exclude<T[K], undefined> | null : object extends Pick<T, K> ? Absent<Exclude<T[K], undefined>> : Kept<T[K]> }
    : T
type Absent<V> = V extends readonly unknown[] ? Kept<V> : Kept<V> | null

/** A schema, as far as is walked here. */
interface Node {
  $id?: string
  $ref?: string
  type?: string
  properties?: Record<string, Node>
  required?: string[]
  items?: Node
  anyOf?: Node[]
  description?: string
}

/** What is answered in place of each named part that can be sent, by the name of that. */
const answered = new Map<string, { sent: Node; kept: TSchema }>()

/** The schema of what is answered for what is sent, under a name of its own. */
export function keptOf<S extends TSchema>(sent: S, $id: string): TUnsafe<Kept<Static<S>>> {
  const node = sent as unknown as Node
  const kept = Type.Unsafe<Kept<Static<S>>>({ ...walk(node), $id })
  if (node.$id !== undefined) answered.set(node.$id, { sent: node, kept })
  return kept
}

/** For a part of another capability, which has its own schema of what is answered. */
export function keptAs(sent: TSchema & { $id?: string }, kept: TSchema) {
  answered.set(sent.$id!, { sent: sent, kept })
}

function walk(node: Node): Node {
  if (node.$ref !== undefined) return answered.has(node.$ref) ? { ...(ref(answered.get(node.$ref)!.kept) as unknown as Node) } : { $ref: node.$ref }
  if (node.anyOf !== undefined) return { ...node, anyOf: node.anyOf.map(walk) }
  if (node.items !== undefined) return { type: 'array', ...described(node), items: walk(node.items) }
  if (node.properties !== undefined) {
    return { ...(node.$id === undefined ? {} : { $id: node.$id }), type: 'object', required: Object.keys(node.properties), ...described(node), properties: Object.fromEntries(Object.entries(node.properties).map(([key, value]) => [key, walk(optional(value, node.required?.includes(key) ?? false))])) }
  }
  return { ...node }
}

const isList = (node: Node) => node.items !== undefined
const isNullable = (node: Node) => node.anyOf?.some(({ type }) => type === 'null') ?? false
/** What may be left out is null where it was, unless it is a list. */
const optional = (node: Node, required: boolean): Node => (required || isList(node) || isNullable(node) ? node : { anyOf: [node, { type: 'null' }] })

const described = ({ description }: Node) => (description === undefined ? {} : { description })

/** What was sent, with every key of its schema in place. Parts of other capabilities are left as they are. */
export const filled = <S extends TSchema>(sent: S, value: Static<S>) => fill(sent, value) as Kept<Static<S>>

function fill(node: Node, value: unknown): unknown {
  if (value === undefined || value === null) return isList(node) ? [] : null
  if (node.$ref !== undefined) {
    const known = answered.get(node.$ref)
    return known === undefined ? value : fill(known.sent, value)
  }
  if (node.anyOf !== undefined) return fill(node.anyOf.find(({ type }) => type !== 'null')!, value)
  if (isList(node)) return (value as unknown[]).map((item) => fill(node.items!, item))
  if (node.properties === undefined) return value
  return Object.fromEntries(Object.entries(node.properties).map(([key, inner]) => [key, fill(inner, (value as Record<string, unknown>)[key])]))
}
