type Words<Text extends string> = Text extends `${infer First} ${infer Rest}` ? First | Words<Rest> : Text
type Same<One, Other> = [One, Other] extends [Other, One] ? unknown : never

/** The names of a type's members, from a text with all of them: one too few or too many does not compile. */
export const membersOf =
  <T>() =>
  <Text extends string>(text: Text & Same<keyof T, Words<Text>>): string[] =>
    text.split(' ')
