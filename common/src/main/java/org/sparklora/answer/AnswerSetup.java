package org.sparklora.answer;

import java.util.List;
import java.util.function.UnaryOperator;
import org.sparklora.generation.GenerationChoice;
import org.sparklora.lora.ForeignAdapter;
import org.sparklora.mix.AdapterPlace;
import org.sparklora.predict.ModelChoice;
import org.sparklora.prompt.FormChoice;
import org.sparklora.tensor.DeviceAddress;

/**
 * What answers, and how.
 *
 * @param base its adapter is left empty
 * @param prompts a form for all adapters, or {@code auto} for each its own
 * @param threads of one computation on the CPU
 * @param queueLimit most questions that wait for a row
 */
public record AnswerSetup(
    ModelChoice base,
    List<AdapterPlace> adapters,
    ForeignAdapter foreignAdapter,
    FormChoice prompts,
    GenerationChoice generation,
    DeviceAddress device,
    int threads,
    int queueLimit) {
  public AnswerSetup {
    adapters = List.copyOf(adapters);
  }

  /** The same with folders that were resolved. */
  public AnswerSetup at(UnaryOperator<String> model, UnaryOperator<String> adapter) {
    ModelChoice place =
        new ModelChoice(model.apply(base.checkpoint()), "", base.baseDtype(), base.weightsCache());
    List<AdapterPlace> places =
        adapters.stream().map(own -> own.at(adapter.apply(own.folder()))).toList();
    return new AnswerSetup(
        place, places, foreignAdapter, prompts, generation, device, threads, queueLimit);
  }
}
