package org.sparklora.template.tree;

/** Where a rendering writes; lengths are in UTF-16 units. */
public interface Output {
  int length();

  void append(String more);

  /** Keeps what is written. */
  final class Text implements Output {
    private final StringBuilder text = new StringBuilder();

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public void append(String more) {
      text.append(more);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }

  /** Keeps only whether what is written is the beginning of a known text. */
  final class Comparison implements Output {
    private final String known;
    private int length;
    private boolean differs;

    public Comparison(String known) {
      this.known = known;
    }

    @Override
    public int length() {
      return length;
    }

    @Override
    public void append(String more) {
      differs = differs || !known.startsWith(more, length);
      length += more.length();
    }

    public boolean differs() {
      return differs;
    }
  }
}
