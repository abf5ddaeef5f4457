package org.sparklora.prompt;

/** A piece of what a model reads; each is encoded on its own. */
public sealed interface Segment {
  /** A prompt inside the special tokens that the family puts around prompts. */
  record Framed(String text) implements Segment {}

  /** Text in which special tokens stand as themselves, such as a rendered template. */
  record Rendered(String text) implements Segment {}

  /** Text as it is. */
  record Plain(String text) implements Segment {}

  /** One special token by its name. */
  record Token(String token) implements Segment {}

  /** One special token without a name. */
  record TokenId(int id) implements Segment {}

  /** The token that ends an answer. */
  record End() implements Segment {}
}
