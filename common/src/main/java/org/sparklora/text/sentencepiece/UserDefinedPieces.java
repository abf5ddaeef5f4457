package org.sparklora.text.sentencepiece;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sparklora.text.encoder.ByteTrie;

/** Finds user-defined pieces, which take precedence over all other rules. */
final class UserDefinedPieces {
  private final ByteTrie trie;
  private final int[] ids; // by key of the trie
  private final boolean[] starts = new boolean[256];

  UserDefinedPieces(PieceIds pieces, int[] userDefined) {
    List<byte[]> keys = new ArrayList<>();
    ids =
        Arrays.stream(userDefined)
            .boxed()
            .sorted((a, b) -> Arrays.compareUnsigned(bytes(pieces, a), bytes(pieces, b)))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int piece : ids) {
      keys.add(bytes(pieces, piece));
      starts[bytes(pieces, piece)[0] & 0xff] = true;
    }
    trie = ByteTrie.of(keys);
  }

  /** The longest user-defined piece at {@code from}: its length << 32 | its id, or 0. */
  long match(byte[] text, int from, int to) {
    if (!starts[text[from] & 0xff]) {
      return 0;
    }
    long longest = trie.longest(text, from, to);
    return longest == 0 ? 0 : (longest >>> 32 << 32) | ids[(int) longest];
  }

  private static byte[] bytes(PieceIds pieces, int id) {
    return pieces.piece(id).text().getBytes(StandardCharsets.UTF_8);
  }
}
