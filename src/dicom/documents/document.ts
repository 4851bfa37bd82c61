/** A document that a person reads, before it is HTML or plain text: text and a few kinds of elements, none of which can run,
 *  load or submit anything. PS3.18 8.7.4 (text/html, text/plain) */

export type DocumentNode = string | DocumentElement

export interface DocumentElement {
  readonly name: ElementName
  readonly attributes: Attributes
  readonly children: readonly DocumentNode[]
}

export interface Attributes {
  /** that links of the same document lead to */
  readonly id?: string
  /** `#id`, or an absolute URL */
  readonly href?: string
  /** one of the style sheet */
  readonly class?: 'document' | 'note' | 'continuous'
  /** what a reader sees who points at it; not in plain text */
  readonly title?: string
  readonly colspan?: number
  readonly rowspan?: number
}

/** Those of HTML by the same names. */
export type ElementName =
  | 'a'
  | 'dd'
  | 'div'
  | 'dl'
  | 'dt'
  | 'em'
  | 'h1'
  | 'h2'
  | 'h3'
  | 'h4'
  | 'h5'
  | 'h6'
  | 'li'
  | 'ol'
  | 'p'
  | 'pre'
  | 'section'
  | 'span'
  | 'strong'
  | 'u'
  | 'ul'
  | NarrativeElement

/** Those that the narrative of a CDA document has by the same names too. */
export const NARRATIVE_ELEMENTS = [
  'br',
  'caption',
  'sub',
  'sup',
  'table',
  'tbody',
  'td',
  'tfoot',
  'th',
  'thead',
  'tr',
] as const
type NarrativeElement = (typeof NARRATIVE_ELEMENTS)[number]

export function element(
  name: ElementName,
  children: readonly DocumentNode[] = [],
  attributes: Attributes = {},
): DocumentElement {
  return { name, attributes, children }
}

/** `h1` to `h6`; what is deeper has the last. */
export function heading(level: number, children: readonly DocumentNode[]): DocumentElement {
  const names = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'] as const
  return element(names[level - 1] ?? 'h6', children)
}

/** Text whose line breaks are kept. */
export function lines(text: string): DocumentNode[] {
  return text
    .split(/\r\n|\n\r|\r|\n|\f/)
    .flatMap((line, index) => (index === 0 ? [line] : [element('br'), line]))
}

/** Names with their values, those without a value left out. */
export function table(rows: readonly (readonly [string, readonly DocumentNode[]])[]): DocumentElement {
  return element(
    'dl',
    rows
      .filter(([, value]) => value.length > 0)
      .flatMap(([name, value]) => [element('dt', [name]), element('dd', value)]),
  )
}

/** Nested deeper, it is refused: what writes a document calls itself for each level. */
export const MOST_DEPTH = 64
