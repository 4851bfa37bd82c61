import { createHash } from 'node:crypto'
import { Problem } from '../dicom/problem.js'

/** The Content-Digest field. RFC 9530 2; a dictionary of structured fields, RFC 9651 3.2. */

export interface ContentDigests {
  readonly sha256?: Uint8Array
  readonly sha512?: Uint8Array
}

const MEMBER = /([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]*={0,2}):/y
const PARAMETER = /;[ ]*[a-z*][a-z0-9_.*-]*(?:=[^\s,;]*)?/y
const SEPARATOR = /[ \t]*,[ \t]*/y

/** @returns the digests by the algorithms that we know; others are ignored. `unreadable` where the field is no such
 *  dictionary, undefined where it names no algorithm of ours */
export function parseContentDigest(field: string | undefined): ContentDigests | 'unreadable' | undefined {
  const text = field?.trim()
  if (text === undefined || text === '') return undefined
  const digests = new Map<string, Uint8Array>()
  for (let at = 0; ;) {
    const member = match(MEMBER, text, at)
    if (member === undefined) return 'unreadable'
    const [whole, algorithm = '', base64 = ''] = member
    // of two of one name the last counts. RFC 9651 4.2.2
    digests.set(algorithm, new Uint8Array(Buffer.from(base64, 'base64')))
    at += whole.length
    for (let found; (found = match(PARAMETER, text, at)) !== undefined;) at += found[0].length
    if (at === text.length) break
    const separator = match(SEPARATOR, text, at)
    if (separator === undefined) return 'unreadable'
    at += separator[0].length
  }
  const sha256 = digests.get('sha-256')
  const sha512 = digests.get('sha-512')
  if (sha256 === undefined && sha512 === undefined) return undefined
  return {
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(sha512 === undefined ? {} : { sha512 }),
  }
}

/** Passes a body on, and breaks it at its end where its digest is not what the field says.
 * @throws Problem `malformed-request`; a Problem of the source as it is */
export async function* verified(
  source: AsyncIterable<Uint8Array>,
  digests: ContentDigests,
): AsyncGenerator<Uint8Array> {
  const { bytes, agrees } = digested(source, digests)
  yield* bytes
  if (!agrees()) throw otherDigest()
}

/** Passes a body on, and knows after its end whether its digest is what the field says. */
export function digested(
  source: AsyncIterable<Uint8Array>,
  digests: ContentDigests,
): { readonly bytes: AsyncIterable<Uint8Array>; readonly agrees: () => boolean } {
  const hashes = (['sha256', 'sha512'] as const).flatMap(name => {
    const expected = digests[name]
    return expected === undefined ? [] : [{ hash: createHash(name), expected }]
  })
  return {
    bytes: hashed(),
    agrees: () => hashes.every(({ hash, expected }) => Buffer.compare(hash.digest(), expected) === 0),
  }

  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      for (const { hash } of hashes) hash.update(chunk)
      yield chunk
    }
  }
}

export function otherDigest(): Problem {
  return new Problem('malformed-request', 'the body does not have the digest of its Content-Digest')
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at
  return pattern.exec(text) ?? undefined
}
