import { Problem } from '../dicom/problem.js'

export interface QueryParameters {
  /** values of `accept`, in order. PS3.18 8.3.3.1 */
  readonly accept: readonly string[]
  /** everything else, in order, decoded */
  readonly others: readonly (readonly [string, string])[]
}

/** Reads the query of a request target. Fastify's own parser lets wrong percent-encoding pass as raw text; here it is an error.
 * @throws Problem `invalid-parameter` */
export function readParameters(target: string | undefined): QueryParameters {
  const mark = target?.indexOf('?') ?? -1
  const accept: string[] = []
  const others: [string, string][] = []
  const pairs = mark < 0 || target === undefined ? [] : target.slice(mark + 1).split('&')
  for (const [position, pair] of pairs.entries()) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decode(equals < 0 ? pair : pair.slice(0, equals), position)
    const value = decode(equals < 0 ? '' : pair.slice(equals + 1), position)
    if (name === 'accept') accept.push(value)
    else others.push([name, value])
  }
  return { accept, others }
}

function decode(text: string, position: number): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new Problem(
      'invalid-parameter',
      `query parameter ${position + 1} is not validly percent-encoded UTF-8`,
    )
  }
}
