/** `*` any run, `?` any one character. Goes back to the last `*` only, so the work is at most pattern times value. */
export function matchesWildcard(value: string, pattern: string): boolean {
  const text = Array.from(value)
  const parts = Array.from(pattern)
  let at = 0
  let part = 0
  let star = -1
  let resume = 0
  while (at < text.length) {
    if (parts[part] === '*') {
      star = part++
      resume = at
    } else if (part < parts.length && (parts[part] === '?' || parts[part] === text[at])) {
      at++
      part++
    } else if (star >= 0) {
      part = star + 1
      at = ++resume
    } else {
      return false
    }
  }
  while (parts[part] === '*') part++
  return part === parts.length
}
