import fc from 'fast-check'
import t from 'tap'
import { foldPersonName, foldText } from '../../src/dicom/person-name.js'

t.test('case and accents are folded, other characters stay', t => {
  for (const [text, folded] of [
    ['Müller^JÜRGEN', 'muller^jurgen'],
    ['Ångström', 'angstrom'],
    ['A\u030angstro\u0308m', 'angstrom'],
    ['İstanbul', 'istanbul'],
    ['Люкceмбypг', 'люкceмбypг'],
    ['山田^太郎', '山田^太郎'],
    ['ﾔﾏﾀﾞ', 'ヤマタ'],
  ] as const)
    t.equal(foldText(text), folded)
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), text => foldText(foldText(text)) === foldText(text)))
  t.end()
})

t.test('PS3.5 6.2.1.1: components left empty at the end of a name are off', t => {
  t.equal(foldPersonName(' Doe^John^^ ^ '), 'doe^john')
  t.equal(foldPersonName('^^Doe'), '^^doe')
  t.equal(foldPersonName('^^^'), '')
  t.end()
})
