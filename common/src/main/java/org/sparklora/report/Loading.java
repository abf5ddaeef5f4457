package org.sparklora.report;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sparklora.ModelFamily;
import org.sparklora.VisibleText;

/** How an adapter is loaded, by the tool that loads it, as lines to copy. */
record Loading(RunRecord record) {
  Map<String, String> all() {
    Map<String, String> ways = new LinkedHashMap<>();
    ways.put("PEFT", peft());
    ways.put("Here", here());
    if (!isChatGlm()) {
      ways.put("vLLM", vllm());
    }
    return ways;
  }

  String base() {
    return record.run().resolved().modelCheckpoint();
  }

  private String peft() {
    String model = isChatGlm() ? "AutoModel" : "AutoModelForCausalLM";
    String trust = isChatGlm() || isBaichuan() ? ", trust_remote_code=True" : "";
    return """
        from peft import PeftModel
        from transformers import %s

        base = %s.from_pretrained(%s%s)
        model = PeftModel.from_pretrained(base, %s)"""
        .formatted(model, model, python(base()), trust, python(record.folder()));
  }

  private String here() {
    return """
        submit/predict.sh -- --model_checkpoint %s --adapter %s \\
          --input_file questions.json --prompt_key q --output_dir answers"""
        .formatted(shell(base()), shell(record.folder()));
  }

  private String vllm() {
    return "vllm serve %s --enable-lora --max-lora-rank %d --lora-modules %s"
        .formatted(
            shell(base()),
            Math.max(8, record.run().config().lora().rank()),
            shell("adapter=" + record.folder()));
  }

  private boolean isChatGlm() {
    ModelFamily family = record.run().resolved().family();
    return family == ModelFamily.CHATGLM
        || family == ModelFamily.CHATGLM2
        || family == ModelFamily.CHATGLM3;
  }

  private boolean isBaichuan() {
    ModelFamily family = record.run().resolved().family();
    return family == ModelFamily.BAICHUAN || family == ModelFamily.BAICHUAN2;
  }

  /** A literal: JSON's are Python's. */
  private static String python(String text) {
    return TextNode.valueOf(VisibleText.of(text)).toString();
  }

  private static String shell(String text) {
    String seen = VisibleText.of(text);
    return seen.matches("[A-Za-z0-9@%+=:,./_-]+") ? seen : "'" + seen.replace("'", "'\\''") + "'";
  }
}
