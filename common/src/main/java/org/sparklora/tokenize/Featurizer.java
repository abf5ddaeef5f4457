package org.sparklora.tokenize;

import java.util.Arrays;
import org.sparklora.corpus.Example;
import org.sparklora.feature.FeatureRow;
import org.sparklora.text.TokenCodec;

/**
 * Turns examples into feature rows: {@code prompt ids + target ids + end token}, cut by a policy.
 *
 * <p>For one thread at a time, like its codec, which whoever opened it closes.
 */
public final class Featurizer implements RowMaker {
  private final TokenCodec codec;
  private final CutPolicy policy;
  private final int maxLength;

  public Featurizer(TokenCodec codec, CutPolicy policy, int maxLength) {
    this.codec = codec;
    this.policy = policy;
    this.maxLength = maxLength;
  }

  @Override
  public RowOutcome featurize(Example example) {
    int[] prompt = codec.encodePrompt(example.prompt());
    int[] target = codec.encodeTarget(example.target());
    if (policy == CutPolicy.KEEP_TARGET && target.length == 0) {
      return new RowOutcome.Refused("the target is empty");
    }
    if (prompt.length + target.length + 1 <= maxLength) {
      return new RowOutcome.Written(row(prompt, target, target.length), false);
    }
    return switch (policy) {
      case KEEP_TARGET -> shareRoom(example.prompt(), prompt.length, target);
      case SEED -> cutHalvesThenWhole(example.prompt(), target);
      case DROP -> new RowOutcome.Dropped();
    };
  }

  /** Each half may have what the other leaves free, and half of the room in any case. */
  private RowOutcome shareRoom(String prompt, int promptLength, int[] target) {
    int room = maxLength - 1; // the end token stays
    int targetLength = Math.min(target.length, Math.max(room - room / 2, room - promptLength));
    int[] promptIds = codec.encodePrompt(prompt, room - targetLength);
    return new RowOutcome.Written(row(promptIds, target, targetLength), true);
  }

  private RowOutcome cutHalvesThenWhole(String prompt, int[] target) {
    int[] promptIds = codec.encodePrompt(prompt, maxLength);
    FeatureRow whole = row(promptIds, target, Math.min(target.length, maxLength));
    return new RowOutcome.Written(
        new FeatureRow(Arrays.copyOf(whole.inputIds(), maxLength), promptIds.length), true);
  }

  private FeatureRow row(int[] prompt, int[] target, int targetLength) {
    int[] ids = Arrays.copyOf(prompt, prompt.length + targetLength + 1);
    System.arraycopy(target, 0, ids, prompt.length, targetLength);
    ids[ids.length - 1] = codec.endOfSequence();
    return new FeatureRow(ids, prompt.length);
  }
}
