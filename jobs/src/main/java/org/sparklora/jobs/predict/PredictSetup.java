package org.sparklora.jobs.predict;

import java.io.Serializable;
import org.sparklora.generation.GenerationSettings;
import org.sparklora.predict.ModelChoice;
import org.sparklora.predict.PromptNotes;
import org.sparklora.storage.StorageSettings;

/**
 * The values that a predicting task needs.
 *
 * @param model its folders are resolved paths, not names as typed
 */
record PredictSetup(
    StorageSettings storage, ModelChoice model, GenerationSettings generation, PromptNotes prompts)
    implements Serializable {
  private static final long serialVersionUID = 1L;
}
