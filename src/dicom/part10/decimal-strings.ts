/** Numbers of the DICOM JSON model as the text of DS and IS. PS3.5 6.2. */

const DECIMAL_STRING_CHARACTERS = 16

/** The number in at most 16 characters: with all its digits where they fit, else rounded to what does.
 * @param value finite */
export function decimalString(value: number): string {
  const exact = shortest(value)
  if (exact.length <= DECIMAL_STRING_CHARACTERS) return exact
  for (let digits = 16; digits > 1; digits--) {
    const rounded = Number(value.toPrecision(digits))
    // The largest of all must not be rounded up to infinity.
    if (!Number.isFinite(rounded)) continue
    const text = shortest(rounded)
    if (text.length <= DECIMAL_STRING_CHARACTERS) return text
  }
  return value.toExponential(0)
}

/** The shortest of the spellings that mean exactly this number. */
function shortest(value: number): string {
  if (Object.is(value, -0)) return '-0'
  const plain = String(value)
  if (plain.length <= DECIMAL_STRING_CHARACTERS) return plain
  const spellings = [plain, plain.replace(/^(-?)0\./, '$1.'), value.toExponential().replace('e+', 'e')]
  return spellings.reduce((best, each) => (each.length < best.length ? each : best))
}
