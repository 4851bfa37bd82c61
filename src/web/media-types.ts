/** Media types as clients write them: Content-Type of requests and parts, and the ranges of Accept. RFC 9110 8.3.1, RFC 2387;
 *  PS3.18 8.6.1.2, 8.7. Tolerant where real clients stray: unquoted values with a slash, `%22` for a quote, unknown
 *  parameters, one parameter twice. Linear in the length of the text. */

export interface MediaType {
  /** `type/subtype`, lower-case */
  readonly type: string
  /** lower-case names, values unquoted and in their own case; the first of two of the same name */
  readonly parameters: ReadonlyMap<string, string>
}

/** @returns undefined where the text is no media type: no slash, or a quote that is not closed */
export function parseMediaType(text: string): MediaType | undefined {
  const [first = '', ...rest] = splitOutsideQuotes(text.replaceAll('%22', '"'), ';')
  const type = first.trim().toLowerCase()
  if (!/^[^\s"/]+\/[^\s"/]+$/.test(type)) return undefined
  const parameters = new Map<string, string>()
  for (const parameter of rest) {
    const equals = parameter.indexOf('=')
    const name = parameter.slice(0, Math.max(0, equals)).trim().toLowerCase()
    const value = unquoted(parameter.slice(equals + 1).trim())
    if (value === undefined) return undefined
    if (name !== '' && !parameters.has(name)) parameters.set(name, value)
  }
  return { type, parameters }
}

/** The text cut at each separator that stands outside quoted strings. */
export function splitOutsideQuotes(text: string, separator: ',' | ';'): string[] {
  const pieces: string[] = []
  let from = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (quoted && character === '\\') at++
    else if (character === '"') quoted = !quoted
    else if (character === separator && !quoted) {
      pieces.push(text.slice(from, at))
      from = at + 1
    }
  }
  pieces.push(text.slice(from))
  return pieces
}

/** The boundary parameter of a multipart type. RFC 2046 5.1.1 allows 70 characters; longer ones that a line can hold pass.
 * @returns undefined where it is absent or cannot be one */
export function boundaryOf({ parameters }: MediaType): string | undefined {
  const boundary = parameters.get('boundary')
  return boundary !== undefined && /^[\x20-\x7e]{1,256}$/.test(boundary) ? boundary : undefined
}

/** What `multipart/related` says of its parts: the `type` parameter (RFC 2387 3.1), lower-case.
 * @returns undefined where it is not said */
export function partTypeOf({ parameters }: MediaType): string | undefined {
  const type = parameters.get('type')?.trim().toLowerCase()
  return type === '' ? undefined : type
}

/** The transfer-syntax parameter: a UID, or `*` for as it is stored. PS3.18 8.7.3.5.2. */
export function transferSyntaxOf({ parameters }: MediaType): string | undefined {
  const uid = parameters.get('transfer-syntax')?.trim()
  return uid === '' ? undefined : uid
}

/** The Content-Type of a part, or of an answer of one part: it always names the transfer syntax where there is one. */
export function contentType(mediaType: string, transferSyntax?: string): string {
  return transferSyntax === undefined ? mediaType : `${mediaType}; transfer-syntax=${transferSyntax}`
}

function unquoted(value: string): string | undefined {
  if (!value.startsWith('"')) return value.includes('"') ? undefined : value
  if (value.length < 2 || !/^"(?:[^"\\]|\\.)*"$/s.test(value)) return undefined
  return value.slice(1, -1).replace(/\\(.)/gs, '$1')
}
