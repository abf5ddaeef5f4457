package org.sparklora.model;

import java.util.List;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.tensor.NumberType;

/**
 * What a decoder is made of; several threads may read it at once.
 *
 * @param stepLayers the same layers as decoding steps run them: fused where a kernel can
 * @param lowestTrained index of the first layer with a trainable projection; the number of layers
 *     if there is none
 */
record DecoderParts(
    DecoderSpec spec,
    NumberType type,
    Embedding embedding,
    List<DecoderLayer> layers,
    List<Layer> stepLayers,
    LossHead head,
    int lowestTrained) {}
