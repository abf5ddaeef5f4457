package org.sparklora.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.config.Settings;
import org.sparklora.lora.ForeignAdapter;
import org.sparklora.model.load.ComputeOptions.Checkpointing;
import org.sparklora.plan.LabelPolicy;
import org.sparklora.plan.RowOrder;
import org.sparklora.plan.SampleOrder;
import org.sparklora.tensor.NumberChoice;
import org.sparklora.tensor.NumberType;
import org.sparklora.tensor.Processor;

class TestTrainConfig {
  private static final LearningRateSchedule LINEAR =
      new LearningRateSchedule(ScheduleType.LINEAR, 0, 0);

  @Test
  void takesLlmTuningsCommandAsItIs() {
    TrainConfig config =
        Settings.parse(
                TrainConfig.options(),
                ("--tokenized_dataset simple_math_4op --lora_rank 8 --per_device_train_batch_size 10"
                        + " --gradient_accumulation_steps 1 --max_steps 100000 --save_steps 200"
                        + " --save_total_limit 2 --learning_rate 1e-4 --fp16"
                        + " --remove_unused_columns false --logging_steps 50"
                        + " --output_dir weights/simple_math_4op")
                    .split(" "))
            .build(TrainConfig::of);
    assertEquals("simple_math_4op", config.source().tokenizedDataset());
    assertEquals(new TrainConfig.Lora(8, 32, 0.1, List.of(), false, true), config.lora());
    assertEquals(10, config.batches().rowsPerDevice());
    assertEquals(100_000, config.batches().maxSteps());
    assertEquals(new TrainConfig.Optimizer(1e-4, LINEAR, 0, 1), config.optimizer());
    assertEquals(NumberChoice.FP16, config.compute().baseDtype());
    assertEquals(
        new TrainConfig.Saving("weights/simple_math_4op", 200, 2, 50, Resume.AUTO),
        config.saving());
  }

  @Test
  void defaultsAreThoseOfTheDocument() {
    TrainConfig config = with();
    assertEquals(
        new Batches(8, 1, 0, 3, 42, RowOrder.SHUFFLED, LabelPolicy.ANSWER), config.batches());
    assertEquals(new TrainConfig.Optimizer(5e-5, LINEAR, 0, 1), config.optimizer());
    assertEquals(new Compute(NumberChoice.AUTO, Checkpointing.AUTO, 0, ""), config.compute());
    assertEquals(
        new Cluster(
            0,
            1,
            Duration.ofMinutes(5),
            Duration.ofSeconds(70),
            Duration.ofSeconds(60),
            TlsChoice.AUTO),
        config.cluster());
    assertEquals(
        new TrainConfig.Source("t", "", "", false, ForeignAdapter.REFUSED), config.source());
    assertEquals(SampleOrder.shuffled(42, 9), config.batches().order(9));
    assertEquals(SampleOrder.file(), with("sample_order", "file").batches().order(9));
  }

  @Test
  void autoTypesDependOnTheDevice() {
    assertEquals(NumberType.FP32, type(Processor.CPU));
    assertEquals(NumberType.BF16, type(Processor.GPU));
    assertEquals(NumberType.FP16, type(Processor.GPU, "fp16", "true"));
    assertEquals(NumberType.BF16, type(Processor.CPU, "bf16", "true", "base_dtype", "bf16"));
  }

  @Test
  void microBatchesHoldWhatThePaddedBatchesOfTheFlagsWould() {
    assertEquals(10 * 300, with().compute().resolvedMicroBatchTokens(10, 300));
    assertEquals(16_384, with().compute().resolvedMicroBatchTokens(10, 2000));
    assertEquals(20_000, with().compute().resolvedMicroBatchTokens(10, 20_000));
    assertEquals(
        512, with("max_tokens_per_micro_batch", "512").compute().resolvedMicroBatchTokens(10, 99));
  }

  @Test
  void allProblemsAreReportedAtOnce() {
    Failure failure =
        assertThrows(
            Failure.class,
            () ->
                with(
                    "lora_rank",
                    "0",
                    "lora_alpha",
                    "0",
                    "lora_dropout",
                    "1",
                    "per_device_train_batch_size",
                    "0",
                    "gradient_accumulation_steps",
                    "0",
                    "num_train_epochs",
                    "0",
                    "learning_rate",
                    "0",
                    "warmup_steps",
                    "-1",
                    "weight_decay",
                    "-1",
                    "max_grad_norm",
                    "-1",
                    "max_tokens_per_micro_batch",
                    "-1",
                    "save_steps",
                    "0",
                    "save_total_limit",
                    "-1",
                    "logging_steps",
                    "0",
                    "num_ranks",
                    "-1",
                    "min_ranks",
                    "0",
                    "exchange_timeout",
                    "0"));
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertEquals(
        """
        Cannot train, --lora_rank is not positive: 0 (expected at least 1). LLM-Tuning advises 4 or 8.
        Cannot train, --lora_alpha is not positive: 0.0 (expected above 0). The default is 32.
        Cannot train, --lora_dropout is out of range: 1.0 (expected 0 to below 1). The default is 0.1.
        Cannot train, --per_device_train_batch_size is not positive: 0 (expected at least 1). The default is 8.
        Cannot train, --gradient_accumulation_steps is not positive: 0 (expected at least 1). The default is 1.
        Cannot train, --num_train_epochs is not positive: 0.0 (expected above 0). Raise it or give --max_steps.
        Cannot train, --learning_rate is not positive: 0.0 (expected above 0). LLM-Tuning uses 1e-4.
        Cannot train, --warmup_steps is negative: -1 (expected at least 0). The default is 0.
        Cannot train, --weight_decay is negative: -1.0 (expected at least 0). The default is 0.
        Cannot train, --max_grad_norm is negative: -1.0 (expected at least 0). The default is 1; 0 never clips.
        Cannot train, --max_tokens_per_micro_batch is negative: -1 (expected at least 0). 0 chooses.
        Cannot train, --save_steps is not positive: 0 (expected at least 1). The default is 500.
        Cannot train, --save_total_limit is negative: -1 (expected at least 0). 0 keeps all.
        Cannot train, --logging_steps is not positive: 0 (expected at least 1). The default is 500.
        Cannot train, --num_ranks is negative: -1 (expected at least 0). 0 takes one per executor.
        Cannot train, --min_ranks is out of range: 0 (expected 1 to --num_ranks). The default is 1.
        Cannot train, --exchange_timeout is not positive: PT0S (expected above 0). The default is 60s.""",
        failure.getMessage());
  }

  @Test
  void twoTypesAreRefused() {
    assertEquals(
        "Cannot train, two types are asked for: --fp16 and --bf16 (expected one). Drop one of them.",
        refused("fp16", "true", "bf16", "true"));
    assertEquals(
        "Cannot train, two types are asked for: --fp16 and --base_dtype bf16 (expected one). Drop one of them.",
        refused("fp16", "true", "base_dtype", "bf16"));
  }

  @Test
  void targetsAreAList() {
    assertEquals(
        List.of("q_proj", "v_proj"), with("lora_targets", "q_proj, v_proj,").lora().targets());
  }

  @Test
  void allLinearStandsAlone() {
    assertEquals(List.of("all-linear"), with("lora_targets", "all-linear").lora().targets());
    assertEquals(
        "Cannot train, --lora_targets names all-linear and others: q_proj,all-linear (expected all-linear alone, or names). Drop one.",
        refused("lora_targets", "q_proj,all-linear"));
  }

  @Test
  void travelsToExecutorsAndThroughItsValues() throws Exception {
    TrainConfig config = with("lora_targets", "q_proj", "learning_rate", "1e-3");
    assertEquals(config, TrainConfig.of(config.values()));
    assertFalse(config.values().isEmpty());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(config);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertEquals(config, in.readObject());
    }
  }

  @Test
  void everyFlagMaySayWhatItIsFor() {
    String help = TrainConfig.options().help();
    for (String name : with().values().keySet()) {
      assertTrue(help.contains("--" + name), name);
    }
  }

  @Test
  void aServerOfMlflowIsAnAddressWithoutAUser() {
    for (String wrong : List.of("ftp://h", "http://u:p@h", "h:5000", "http:///x", "http://a b")) {
      String said = refused("mlflow_uri", wrong);
      assertTrue(said.contains("--mlflow_uri is no server's address: "), said);
      assertTrue(said.contains("(expected http:// or https://, a host, and no user). Name"), said);
      assertFalse(said.contains("u:p@"), said);
    }
    Tracking told = with("mlflow_uri", "http://h:5000").tracking();
    assertEquals(new Tracking("http://h:5000", "sparklora", ""), told);
  }

  private static NumberType type(Processor processor, String... flags) {
    return with(flags).compute().baseDtype().resolve(processor);
  }

  private static String refused(String... flags) {
    Failure failure = assertThrows(Failure.class, () -> with(flags));
    assertEquals(ExitCode.USAGE, failure.exitCode());
    return failure.getMessage();
  }

  private static TrainConfig with(String... flags) {
    Map<String, String> values = new HashMap<>();
    values.put("tokenized_dataset", "t");
    values.put("output_dir", "o");
    for (int i = 0; i < flags.length; i += 2) {
      values.put(flags[i], flags[i + 1]);
    }
    return TrainConfig.of(values);
  }
}
