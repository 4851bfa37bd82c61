import { PERSON_NAME_COMPONENTS, PERSON_NAME_GROUPS } from './native-xml.js'

/** Pieces of the Native DICOM Model as text. PS3.19 A.1.5, A.1.6 */

/** One group of a person name by its components; what follows the fifth stays in it. PS3.5 6.2.1
 * @returns '' for a name that is none of a group */
export function groupXml(group: string, text: string): string {
  const parts = text.split('^')
  const components = parts.slice(0, 4)
  if (parts.length > 4) components.push(parts.slice(4).join('^'))
  const inside = components.map((component, index) => {
    if (component === '' && index < components.length - 1) return ''
    const name = PERSON_NAME_COMPONENTS[index] ?? ''
    return `<${name}>${escapedText(component)}</${name}>`
  })
  return (PERSON_NAME_GROUPS as readonly string[]).includes(group)
    ? `<${group}>${inside.join('')}</${group}>`
    : ''
}

/** What XML 1.0 has no place for (2.2), and what it reads as its own. With the `u` flag only halves of surrogate pairs match
 *  as such. */
const UNSAFE = /[&<>\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/gu

/** Text of an element. Control characters are left out, halves of surrogate pairs become U+FFFD. */
export function escapedText(text: string): string {
  return text.replace(UNSAFE, character => {
    switch (character) {
      case '&':
        return '&amp;'
      case '<':
        return '&lt;'
      case '>':
        return '&gt;'
      case '\r':
        return '&#13;'
      default:
        return character >= '\ud800' && character <= '\udfff' ? '\ufffd' : ''
    }
  })
}

/** Text of an attribute in double quotes. */
export function escapedAttribute(text: string): string {
  return escapedText(text).replaceAll('"', '&quot;').replaceAll('\t', '&#9;').replaceAll('\n', '&#10;')
}
