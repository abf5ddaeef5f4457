package org.sparklora.train;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.sparklora.storage.Store;

/**
 * What a rank has around it.
 *
 * @param store where the output folder lies; only rank 0 writes
 * @param outputDir the run's output folder
 * @param stopAsked whether this rank was asked to stop; asked once a step, one rank is enough
 * @param progress told of each step, on rank 0 only
 */
public record RankServices(
    Store store, String outputDir, BooleanSupplier stopAsked, Consumer<StepReport> progress) {}
