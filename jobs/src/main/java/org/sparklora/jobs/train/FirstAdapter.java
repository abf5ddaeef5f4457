package org.sparklora.jobs.train;

import java.util.Optional;
import org.sparklora.adapter.Adapter;
import org.sparklora.checkpoint.CheckpointFolder;
import org.sparklora.jobs.run.BaseModel;
import org.sparklora.jobs.run.NamedPaths;
import org.sparklora.lora.AdapterFit;
import org.sparklora.lora.AdapterRoom;
import org.sparklora.lora.ForeignAdapter;
import org.sparklora.lora.LoraSettings;
import org.sparklora.model.load.BaseWeights;
import org.sparklora.train.StartingAdapter;
import org.sparklora.train.TrainConfig;

/** Refuses on the driver, before rows are read, what ranks would refuse about a run's adapter. */
record FirstAdapter(RunSite site, BaseModel base, LoraSettings lora) {
  /** The folder of the adapter to start from, if flags name one. */
  Optional<String> check(TrainConfig.Source source, StartingPoint start) {
    ForeignAdapter other = source.foreignAdapter();
    AdapterRoom.check(base.spec().linearModules(), lora);
    start
        .checkpoint()
        .map(CheckpointFolder::path)
        .ifPresent(folder -> StartingAdapter.resumed().check(fitting(folder, other), lora));
    Optional<String> previous = previous(source.previousLora());
    previous.ifPresent(folder -> StartingAdapter.previous().check(fitting(folder, other), lora));
    return previous;
  }

  private Optional<String> previous(String flag) {
    return flag.isEmpty()
        ? Optional.empty()
        : Optional.of(NamedPaths.of(site.session()).resolve(flag));
  }

  /** An adapter, which has to fit the base. */
  private Adapter fitting(String folder, ForeignAdapter other) {
    try (BaseWeights weights = BaseWeights.open(site.store(), base.folder())) {
      return AdapterFit.read(site.store(), folder, weights, other);
    }
  }
}
