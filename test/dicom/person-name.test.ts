import fc from 'fast-check'
import t from 'tap'
import { foldPersonName, foldText, nameWords } from '../../src/dicom/person-name.js'

t.test('case and accents are folded, other characters stay', t => {
  for (const [text, folded] of [
    ['Müller^JÜRGEN', 'muller^jurgen'],
    ['Ångström', 'angstrom'],
    ['A\u030angstro\u0308m', 'angstrom'],
    ['İstanbul', 'istanbul'],
    ['Люкceмбypг', 'люкceмбypг'],
    ['山田^太郎', '山田^太郎'],
    ['ﾔﾏﾀﾞ', 'ヤマダ'],
    ['김희중', '김희중'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['Οδός', 'οδοσ'],
    ['GROSS', 'gross'],
    ['Groß', 'gross'],
    ['สมชาย^ใจดี', 'สมชาย^ใจดี'],
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

t.test('PS3.18 8.3.4.2: the words of a name, for loose matching', t => {
  for (const [text, ...words] of [
    ['Müller-Lüdenscheidt^Jürgen^^Dr.', 'muller', 'ludenscheidt', 'jurgen', 'dr'],
    ["O'Brien, Mary", 'obrien', 'mary'],
    ['Sørensen^Łukasz=山田^太郎', 'sorensen', 'lukasz', '山田', '太郎'],
    ['*smi?h* j*', '*smi?h*', 'j*'],
    ['^^=', ...[]],
  ] as const)
    t.same(nameWords(text), words, text)
  t.end()
})
