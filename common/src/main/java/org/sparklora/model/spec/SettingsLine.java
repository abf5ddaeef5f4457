package org.sparklora.model.spec;

import org.sparklora.model.spec.DecoderSpec.Attention;
import org.sparklora.model.spec.DecoderSpec.Head;
import org.sparklora.model.spec.DecoderSpec.NormForm;
import org.sparklora.model.spec.DecoderSpec.Rotary;
import org.sparklora.model.spec.DecoderSpec.Scales;
import org.sparklora.model.spec.DecoderSpec.Window;

/**
 * A description as one line, of which fingerprints are made. The first part is the line of the
 * first five families, as it has always been; what only later families have stands behind it, and
 * only where they have it.
 */
final class SettingsLine {
  private final StringBuilder line = new StringBuilder();

  private SettingsLine() {}

  static String of(DecoderSpec spec) {
    SettingsLine settings = new SettingsLine();
    settings.first(spec);
    settings.later(spec);
    return settings.line.toString();
  }

  private void first(DecoderSpec spec) {
    Attention attention = spec.attention();
    WeightNames names = spec.names();
    line.append("DecoderSpec[family=").append(spec.family());
    line.append(", size=").append(spec.size());
    line.append(", norm=Norm[centred=").append(spec.norm().centred());
    line.append(", epsilon=").append(spec.norm().epsilon());
    line.append("], attention=Attention[heads=").append(attention.heads());
    line.append(", groups=").append(attention.groups());
    line.append(", headSize=").append(attention.headSize());
    line.append(", layout=").append(attention.layout());
    line.append(", qkvBias=").append(attention.qkvBias());
    line.append(", outBias=").append(attention.outBias());
    line.append("], rotary=Rotary[layout=").append(spec.rotary().layout());
    line.append(", inverseFrequencies=").append(spec.rotary().inverseFrequencies());
    line.append("], feedForward=").append(spec.feedForward());
    line.append(", residualScale=").append(spec.scales().residual());
    line.append(", tiedHead=").append(spec.head().tied());
    line.append(", names=WeightNames[embedding=").append(names.embedding());
    line.append(", layers=").append(names.layers());
    line.append(", inputNorm=").append(names.inputNorm());
    line.append(", qkv=").append(names.qkv());
    line.append(", attentionOut=").append(names.attentionOut());
    line.append(", innerNorm=").append(names.innerNorm());
    line.append(", feedForwardIn=").append(names.feedForwardIn());
    line.append(", feedForwardOut=").append(names.feedForwardOut());
    line.append(", finalNorm=").append(names.finalNorm());
    line.append(", head=").append(names.head());
    line.append("], promptTokens=").append(spec.promptTokens()).append(']');
  }

  private void later(DecoderSpec spec) {
    Attention a = spec.attention();
    Rotary rotary = spec.rotary();
    boolean oneBase = rotary.windowFrequencies().equals(rotary.inverseFrequencies());
    put("norm", spec.norm().form() == NormForm.RMS_ONE_PLUS, spec.norm().form());
    put("scale", a.scale() != 1 / Math.sqrt(a.headSize()), a.scale());
    put("windowFrequencies", !oneBase, rotary.windowFrequencies());
    put("window", !spec.window().equals(Window.NONE), spec.window());
    put("embeddingScale", spec.scales().embedding() != Scales.NONE.embedding(), spec.scales());
    put("head", spec.head().normalised(), new Head(false, true));
    put("headNorms", !spec.names().headNorms().isEmpty(), spec.names().headNorms());
    put("attentionNorm", !spec.names().attentionNorm().isEmpty(), spec.names().attentionNorm());
    put("forwardNorm", !spec.names().feedForwardNorm().isEmpty(), spec.names().feedForwardNorm());
  }

  private void put(String name, boolean present, Object value) {
    if (present) {
      line.append(' ').append(name).append('=').append(value);
    }
  }
}
