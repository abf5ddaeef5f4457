package org.sparklora.jobs.model;

import java.io.Serializable;
import org.sparklora.generation.GenerationSettings;
import org.sparklora.predict.ModelChoice;
import org.sparklora.predict.PromptNotes;
import org.sparklora.storage.StorageSettings;

/**
 * The values that a task needs which answers prompts.
 *
 * @param model its folders are resolved paths, not names as typed
 */
public record AnsweringSetup(
    StorageSettings storage, ModelChoice model, GenerationSettings generation, PromptNotes prompts)
    implements Serializable {
  private static final long serialVersionUID = 1L;
}
