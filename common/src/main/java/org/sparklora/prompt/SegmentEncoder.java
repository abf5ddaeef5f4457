package org.sparklora.prompt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.sparklora.Failure;
import org.sparklora.text.TokenCodec;

/** Segments in the token ids of one base. For one thread at a time, like its codec. */
public final class SegmentEncoder {
  private final TokenCodec codec;

  public SegmentEncoder(TokenCodec codec) {
    this.codec = codec;
  }

  /** Ids of a prompt; nothing is added but what the segments say. */
  public int[] ids(List<Segment> segments) {
    return joined(segments.stream().map(this::ids).toList());
  }

  private static int[] joined(List<int[]> parts) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    int[] whole = new int[parts.stream().mapToInt(ids -> ids.length).sum()];
    int at = 0;
    for (int[] ids : parts) {
      System.arraycopy(ids, 0, whole, at, ids.length);
      at += ids.length;
    }
    return whole;
  }

  private int[] ids(Segment segment) {
    if (segment instanceof Segment.Framed framed) {
      return codec.encodePrompt(framed.text());
    }
    if (segment instanceof Segment.Rendered rendered) {
      return codec.encodeRendered(rendered.text());
    }
    if (segment instanceof Segment.Plain plain) {
      return codec.encodeTarget(plain.text());
    }
    if (segment instanceof Segment.Token token) {
      return new int[] {special(token.token())};
    }
    return new int[] {
      segment instanceof Segment.TokenId token ? token.id() : codec.endOfSequence()
    };
  }

  private int special(String token) {
    return codec
        .specialToken(token)
        .orElseThrow(
            () ->
                Failure.input(
                    "Cannot encode the prompt, the tokenizer has no such special token: %s (expected one that the prompt form names). Choose another --prompt_form, or the base that belongs to this one."
                        .formatted(token)));
  }

  /** Ids and labels of a row; a token that reaches into a label belongs to it. */
  public EncodedRow encode(TrainingRow row) {
    List<int[]> parts = row.segments().stream().map(this::ids).toList();
    List<Optional<SpelledText>> spelled =
        IntStream.range(0, parts.size())
            .mapToObj(i -> spelled(row.segments().get(i), parts.get(i)))
            .toList();
    List<EncodedRow.Label> labels = new ArrayList<>();
    for (LabelSpan label : row.labels()) {
      int start = place(label.start(), row.segments(), parts, spelled, false);
      int end = place(label.end(), row.segments(), parts, spelled, true);
      labels.add(new EncodedRow.Label(label.turn(), start, end));
    }
    return new EncodedRow(joined(parts), labels);
  }

  private Optional<SpelledText> spelled(Segment segment, int... ids) {
    return segment instanceof Segment.Rendered rendered
        ? SpelledText.of(rendered.text(), ids, codec.spellings())
        : Optional.empty();
  }

  private int place(
      Place place,
      List<Segment> segments,
      List<int[]> parts,
      List<Optional<SpelledText>> spelled,
      boolean isEnd) {
    int before = parts.subList(0, place.segment()).stream().mapToInt(ids -> ids.length).sum();
    if (place.character() == 0) {
      return before;
    }
    String text = ((Segment.Rendered) segments.get(place.segment())).text();
    int[] ids = parts.get(place.segment());
    if (place.character() == text.length()) {
      return before + ids.length;
    }
    return before
        + spelled
            .get(place.segment())
            .map(tokens -> tokens.tokensBefore(place.character(), isEnd))
            .orElseGet(() -> tokensBefore(text.substring(0, place.character()), ids, isEnd));
  }

  /**
   * How many of {@code whole} lie in {@code part}, the beginning of its text; for the end of a
   * label the one that only begins there counts too.
   */
  private int tokensBefore(String part, int[] whole, boolean isEnd) {
    int[] ids = codec.encodeRendered(part);
    int common = Arrays.mismatch(ids, whole);
    if (common < 0 || common == ids.length) {
      return ids.length;
    }
    int room = length(ids, common, ids.length);
    int count = common;
    while (count < whole.length
        && length(whole, count, count + 1) > 0 // a special token has no text of its own
        && length(whole, common, count + 1) <= room) {
      count++;
    }
    return isEnd && length(whole, common, count) < room ? count + 1 : count;
  }

  private int length(int[] ids, int from, int to) {
    return codec.decode(Arrays.copyOfRange(ids, from, to)).length();
  }
}
